// What one more signature does to a charter that was put forward, by the rule of the network [N8].
// Pure.
import type { Schemas } from '../api/client';
import { Problem } from '../api/problem';

type Book = Pick<Schemas['Charters'], 'needed'>;

export function missing_signatures(book: Book, signatures: number): number {
    return Math.max(0, book.needed - signatures);
}

/** `wait`: more have to sign; `stand`: it comes into force; `beside`: enough have signed it, as
    they have one of the same number, and the one with more signatures stands. */
export function charter_after(
    book: Schemas['Charters'],
    charter: Schemas['Charter'],
): 'wait' | 'stand' | 'beside' {
    const signatures = charter.signed_by.length + 1;
    if (missing_signatures(book, signatures) > 0) return 'wait';
    const current = book.charters.find((each) => each.id === book.in_force);
    const is_later = charter.number > (current?.number ?? 0);
    return is_later || signatures > (current?.signed_by.length ?? 0) ? 'stand' : 'beside';
}

/** What can be many at a time elsewhere is ended there; a charter is not. */
export function charter_problem(problem: unknown): never {
    if (!(problem instanceof Problem) || problem.code !== 'limit.too-many') throw problem;
    throw new Problem(problem.status, 'charter.too-many', problem.message);
}
