// What changed between two revisions, word by word, field by field. Pure; the algorithm (Myers) is
// the library's, loaded with the view that shows it.
import { diffWordsWithSpace } from 'diff';
import type { ShownRecord } from '../api/client';

export interface Piece {
    text: string;
    change: 'same' | 'added' | 'removed';
}
export interface Difference {
    /** A field's name, or `text`. */
    name: string;
    pieces: Piece[];
}

/** Of texts that differ in more words than this, nobody reads the differences. */
const changes_max = 1500;

/** The attack: a text of another school that has nothing in common with the one before it. Its
    differences take time by the square, while the page answers nobody; so such a text is shown as
    removed and added in one piece each. */
export function word_pieces(before: string, after: string): Piece[] {
    const parts = diffWordsWithSpace(before, after, { maxEditLength: changes_max });
    if (!parts)
        return [
            { text: before, change: 'removed' },
            { text: after, change: 'added' },
        ];
    return parts.map((part) => ({
        text: part.value,
        change: part.added ? 'added' : part.removed ? 'removed' : 'same',
    }));
}

function field_texts(record: ShownRecord): Record<string, string> {
    return { title: record.title, summary: record.summary ?? '', ...(record.fields ?? {}) };
}

export function differences(before: ShownRecord, after: ShownRecord): Difference[] {
    const [a, b] = [field_texts(before), field_texts(after)];
    const names = [...new Set([...Object.keys(a), ...Object.keys(b)])];
    const out = names
        .filter((name) => (a[name] ?? '') !== (b[name] ?? ''))
        .map((name) => ({ name, pieces: word_pieces(a[name] ?? '', b[name] ?? '') }));
    if (before.text !== after.text)
        out.push({ name: 'text', pieces: word_pieces(before.text ?? '', after.text ?? '') });
    return out;
}
