// How a revision is cited in words: authors, year, title, school, address of this very revision.
// Pure.
import type { ShownRecord } from '../api/client';

export function revision_address(origin: string, id: string, number: number): string {
    return `${origin}/record/${id}@${number}`;
}

/** "A", "A and B" are the caller's words; this puts them together. */
export function citation(record: ShownRecord, authors: string, address: string): string {
    const year = record.created_ms ? new Date(record.created_ms).getUTCFullYear() : '';
    const who = authors || record.school_name;
    return `${who}${year ? ` (${year})` : ''}. ${record.title}. ${record.school_name}. ${address}`;
}
