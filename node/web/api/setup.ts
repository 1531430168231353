// The first visit of all: a fresh node answers to nothing but this until it has a school.
import { ask, use_csrf } from './client';
import { Problem } from './problem';

const tries_max = 20;
const pause_ms = 1000;

export type SetupStep = 'code' | 'school' | 'accounts' | 'network' | 'done';

interface SetupState {
    needed: boolean;
    step: SetupStep;
    csrf?: string;
}

export async function setup_state(): Promise<SetupState> {
    const state = await ask<SetupState>('GET', '/api/v1/setup');
    if (state.csrf && state.needed) use_csrf(state.csrf);
    return state;
}
export async function give_code(code: string): Promise<void> {
    const begun = await ask<{ csrf?: string }>('POST', '/api/v1/setup/session', { code });
    if (begun.csrf) use_csrf(begun.csrf);
}
/** The phrase is shown once; `check`: the positions, from 1, of the words to type again. */
export function name_school(
    name: string,
    place: string,
): Promise<{ phrase: string; check: number[] }> {
    return ask('POST', '/api/v1/setup/school', { name, place });
}
export function check_phrase(words: Record<string, string>): Promise<void> {
    return ask('POST', '/api/v1/setup/phrase', { words });
}
/** The node begins again with the school's name, so it may be away for a moment. */
export async function first_account(name: string, password: string, role: string): Promise<void> {
    for (let tries = 1; ; tries += 1) {
        try {
            return await ask('POST', '/api/v1/setup/accounts', { name, password, role });
        } catch (problem) {
            const is_away = problem instanceof Problem && [0, 502, 503].includes(problem.status);
            if (!is_away || tries === tries_max) throw problem;
            await new Promise((resolve) => setTimeout(resolve, pause_ms));
        }
    }
}
