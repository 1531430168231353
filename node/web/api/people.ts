// The people of this school, for leads; the tokens of whoever is signed in.
import { ask } from './client';
import type { Role } from './session';

export interface Person {
    id: string;
    name: string;
    role: Role;
    from?: string;
    until?: string;
    state?: string;
}
export interface Token {
    id: string;
    name: string;
    scope: 'read' | 'write' | 'feed';
    until?: string;
}

const place = '/api/v1/people';

function of(id: string, what: string): string {
    return `${place}/${encodeURIComponent(id)}/${what}`;
}

export async function people(): Promise<Person[]> {
    return (await ask<{ people: Person[] }>('GET', place)).people;
}
export function add_person(name: string, role: Role): Promise<{ person: Person; link: string }> {
    return ask('POST', place, { name, role });
}
export function change_role(id: string, role: Role, until?: string): Promise<void> {
    return ask('POST', of(id, 'role'), { role, ...(until ? { until } : {}) });
}
export function reset_person(id: string): Promise<{ link: string }> {
    return ask('POST', of(id, 'reset'), {});
}
export function person_leaves(id: string, to: string): Promise<void> {
    return ask('POST', of(id, 'leave'), { to });
}
export function end_sessions(id: string): Promise<void> {
    return ask('DELETE', of(id, 'sessions'));
}

export async function tokens(): Promise<Token[]> {
    return (await ask<{ tokens: Token[] }>('GET', '/api/v1/tokens')).tokens;
}
export function add_token(name: string, scope: Token['scope']): Promise<{ token: string }> {
    return ask('POST', '/api/v1/tokens', { name, scope });
}
export function end_token(id: string): Promise<void> {
    return ask('DELETE', `/api/v1/tokens/${encodeURIComponent(id)}`);
}
