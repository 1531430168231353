// What a reader needs before the words of a record: where a practice was at home, what came of it
// and how sure its author is, as rows in words. Outcomes have one voice. Used by the page of a
// record and by its Word file.
import type { ShownRecord } from '../api/client';
import { fieldName, say, t, word } from '../words/words.svelte';

export interface Fact {
    /** The field that it comes from. */
    field: string;
    name: string;
    text: string;
    /** Its author's own words, in the language of the record. */
    is_own: boolean;
}

const context = [
    'context',
    'context-place',
    'context-need',
    'context-time',
    'context-staff',
    'context-size-band',
    'context-phase-mix',
];
const told: Record<string, string> = {
    outcome: 'outcome',
    stage: 'stage of an adoption',
    mode: 'mode',
    'evidence-strength': 'evidence strength',
    'field-of-knowledge': 'field of knowledge',
    'clear-enough-to-try': 'clear enough to try',
    'would-it-travel': 'would it travel',
    'evidence-seen': 'evidence strength',
    relation: 'relation of the reviewer',
    protocol: 'protocol',
    type: 'type of a call',
};
const numbers = ['pupils-reached', 'adults-reached', 'class-groups'];
const texts = ['question', 'evidence-reason', 'travels-to', 'answered-by', 'until', 'from'];

export function facts_of(record: Pick<ShownRecord, 'kind' | 'fields'>): Fact[] {
    const fields = record.fields ?? {};
    const out: Fact[] = [];
    const put = (field: string, text: string, is_own: boolean) =>
        out.push({
            field,
            name: say([`read.${field}`], fieldName(record.kind, field)),
            text,
            is_own,
        });
    const vocabulary = (field: string) =>
        field === 'stage' && record.kind === 'enquiry-finding'
            ? 'stage of an enquiry'
            : told[field]!;
    for (const field of context) if (fields[field]) put(field, fields[field], true);
    for (const field of Object.keys(told))
        if (fields[field]) {
            const is_own = record.kind === 'call' && field === 'outcome';
            put(field, is_own ? fields[field] : word(vocabulary(field), fields[field]), false);
        }
    for (const field of [...texts, ...numbers]) if (fields[field]) put(field, fields[field], true);
    if (fields['too-early'] === 'yes')
        out.push({
            field: 'too-early',
            name: t('record.outcome'),
            text: t('record.too-early'),
            is_own: false,
        });
    return out;
}
