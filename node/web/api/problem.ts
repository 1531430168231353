// What the node answers when it cannot do what it was asked (RFC 9457), as something to throw.
// Its next step names commands for a terminal and is left out: the page has words for each code.
import type { components } from './schema';

export type ProblemBody = components['schemas']['Problem'];

export class Problem extends Error {
    constructor(
        readonly status: number,
        readonly code: string,
        detail: string,
        readonly body?: Partial<ProblemBody>,
        /** Seconds to wait, where the node said so. */
        readonly retry_after?: number,
    ) {
        super(detail);
    }

    static async of(response: Response): Promise<Problem> {
        const wait = Number(response.headers.get('Retry-After')) || undefined;
        let body: Partial<ProblemBody> = {};
        try {
            body = (await response.json()) as Partial<ProblemBody>;
        } catch {
            // A proxy between page and node answers with a text of its own.
        }
        return Problem.from_body(response.status, body, wait);
    }

    static from_body(status: number, body: Partial<ProblemBody>, wait?: number): Problem {
        return new Problem(status, body.code ?? `http.${status}`, body.detail ?? '', body, wait);
    }
}

/** The node does not answer: it restarts, or the line to it is down. */
export function unreachable(): Problem {
    return new Problem(0, 'page.unreachable', '');
}
