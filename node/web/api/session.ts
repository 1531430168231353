// Who is signed in. The cookie is the node's business (HttpOnly); the page knows the person, the
// school and the cross-site token.
import { ask, use_csrf } from './client';

export type Role = 'teacher' | 'lead' | 'technician' | 'owner';

export interface Session {
    person: { id: string; name: string; role: Role };
    school: { id: string; name: string };
    csrf: string;
    expires: string;
}

export interface KnownSession {
    id: string;
    created: string;
    last_used: string;
    device?: string;
    current?: boolean;
}

const place = '/api/v1/session';

function remembered(session: Session): Session {
    use_csrf(session.csrf);
    return session;
}

export async function current_session(): Promise<Session> {
    return remembered(await ask<Session>('GET', place));
}
export async function sign_in(name: string, password: string): Promise<Session> {
    return remembered(await ask<Session>('POST', place, { name, password }));
}
/** Redeems a one-time link; `name` only where the link lets its bearer choose. */
export async function redeem(token: string, password: string, name?: string): Promise<Session> {
    return remembered(
        await ask<Session>('POST', `${place}/link`, { token, password, ...(name ? { name } : {}) }),
    );
}
export async function sign_out(): Promise<void> {
    await ask('DELETE', place);
}
export async function sign_out_everywhere(): Promise<void> {
    await ask('DELETE', '/api/v1/sessions');
}
