// Words of the API about who belongs, as forms offer them.
import type { Schemas } from '../api/client';

export const school_reasons: Schemas['ReasonWord'][] = [
    'own-wish',
    'closed',
    'merged',
    'charter-broken',
    'stolen',
    'silent',
    'mistake',
];
