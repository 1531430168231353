// Every call to the node goes through here: typed by its own description (schema.d.ts is made from
// node/http/answers/openapi.json), with the cross-site token on whatever changes something, and
// with failures as Problem. An edit carries a key of its own, so that one sent twice is done once.
import createClient from 'openapi-fetch';
import { Problem, unreachable } from './problem';
import type { components, paths } from './schema';

export type Schemas = components['schemas'];
export type RecordRow = Schemas['RecordRow'];
export type ShownRecord = Schemas['ShownRecord'];
export type Network = Schemas['Network'];

let csrf = '';
let on_signed_out: () => void = () => undefined;

export function use_csrf(token: string): void {
    csrf = token;
}
export function csrf_token(): string {
    return csrf;
}
/** Called when the node says that nobody is signed in any more. */
export function when_signed_out(call: () => void): void {
    on_signed_out = call;
}

/** The same for calls that go past this client: they carry bytes, or outlive the page. */
export function note_status(status: number): void {
    if (status === 401) on_signed_out();
}

function is_change(method: string): boolean {
    return method !== 'GET' && method !== 'HEAD';
}

async function guarded(request: Request): Promise<Response> {
    const headers = new Headers(request.headers);
    if (is_change(request.method)) {
        if (csrf) headers.set('Staffroom-CSRF', csrf);
        if (request.method === 'POST' && !headers.has('Idempotency-Key'))
            headers.set('Idempotency-Key', random_name());
    }
    let response: Response;
    try {
        response = await fetch(new Request(request, { headers, credentials: 'same-origin' }));
    } catch {
        throw unreachable();
    }
    if (!request.url.endsWith('/api/v1/session')) note_status(response.status);
    return response;
}

const client = createClient<paths>({ fetch: guarded });

/** 26 letters and digits: as good as unique. */
export function random_name(): string {
    const bytes = crypto.getRandomValues(new Uint8Array(26));
    return Array.from(bytes, (byte) => 'abcdefghijklmnopqrstuvwxyz234567'[byte % 32]).join('');
}

interface Outcome<Data> {
    data?: Data;
    error?: unknown;
    response: Response;
}

/** The data of an answer, or its problem thrown. */
export async function answer<Data>(pending: Promise<Outcome<Data>>): Promise<Data> {
    const { data, error, response } = await pending;
    if (response.ok) return data as Data;
    const wait = Number(response.headers.get('Retry-After')) || undefined;
    const body = typeof error === 'object' && error !== null ? error : {};
    throw Problem.from_body(response.status, body, wait);
}

export const api = client;

/** A call that the description does not have yet: accounts, set-up, autosaved texts. */
export async function ask<Data>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
): Promise<Data> {
    const request = new Request(new URL(path, location.origin), {
        method,
        headers: {
            ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
            ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const response = await guarded(request);
    if (!response.ok) throw await Problem.of(response);
    const text = await response.text();
    return (text ? JSON.parse(text) : undefined) as Data;
}
