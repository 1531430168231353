// Forms that are being filled in, kept on the node for the person who fills them in.
import { Problem, unreachable } from './problem';
import { ask, csrf_token, note_status } from './client';

const place = '/api/v1/me/texts';

export interface KeptText {
    slot: string;
    text: string;
    etag: string;
}
export interface KeptRow {
    slot: string;
    bytes: number;
    changed: string;
}

function at(slot: string): string {
    return `${place}/${encodeURIComponent(slot)}`;
}

export async function kept_texts(): Promise<KeptRow[]> {
    return (await ask<{ texts: KeptRow[] }>('GET', place)).texts;
}
export function kept_text(slot: string): Promise<KeptText> {
    return ask('GET', at(slot));
}
export function drop_text(slot: string): Promise<void> {
    return ask('DELETE', at(slot));
}

/** Gives the tag to build the next one on. `keepalive`: the page may close meanwhile. */
export async function keep_text(
    slot: string,
    text: string,
    base?: string,
    keepalive = false,
): Promise<string | undefined> {
    let response: Response;
    try {
        response = await fetch(at(slot), {
            method: 'PUT',
            credentials: 'same-origin',
            keepalive,
            headers: { 'Content-Type': 'application/json', 'Staffroom-CSRF': csrf_token() },
            body: JSON.stringify({ text, ...(base ? { base } : {}) }),
        });
    } catch {
        throw unreachable();
    }
    note_status(response.status);
    if (!response.ok) throw await Problem.of(response);
    const kept = (await response.json().catch(() => ({}))) as { etag?: string };
    return kept.etag ?? response.headers.get('ETag')?.replaceAll('"', '') ?? undefined;
}
