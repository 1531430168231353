// In which part of a form each field stands: what makes the record first, what helps to find it
// near the end, and what few will need folded away. Pure.
import { fields_of, form_word, is_across, type Form } from './form';
import type { Field, Kind } from './kinds';

export interface Groups {
    words: Field[];
    context: Field[];
    came: Field[];
    filed: Field[];
    more: Field[];
}

const filed = ['phases', 'subjects', 'focus', 'year-groups'];
const came = [
    'outcome',
    'what-happened',
    'outcome-for-pupils',
    'outcome-for-adults',
    'too-early',
    'what-we-found',
    'limits',
    'what-it-means-for-practice',
    'evidence-strength',
    'field-of-knowledge',
    'clear-enough-to-try',
    'evidence-seen',
    'evidence-reason',
    'would-it-travel',
    'pupils-reached',
    'adults-reached',
    'class-groups',
];
/** Set beside the words, where they belong to a decision of their own. */
const elsewhere = ['form', 'pupil-detail-check', 'licence-note', 'why-changed', 'joint-with'];

function is_asked(kind: Kind, form: Form, name: string): boolean {
    return kind.requirements.some((asks) => {
        const when = asks.when;
        const is_so =
            !when || when.field !== 'form' || when.values.includes(form_word(form)) !== when.is_not;
        const is_ours = !asks.across_networks || is_across(form);
        return is_so && is_ours && asks.any_of.includes(name);
    });
}

export function groups_of(kind: Kind, form: Form): Groups {
    const out: Groups = { words: [], context: [], came: [], filed: [], more: [] };
    for (const field of fields_of(kind, form)) {
        if (elsewhere.includes(field.name)) continue;
        const has_value = (form.values[field.name] ?? []).some(Boolean);
        if (filed.includes(field.name)) out.filed.push(field);
        else if (field.name.startsWith('context')) out.context.push(field);
        else if (
            came.includes(field.name) &&
            (is_asked(kind, form, field.name) || has_value || field.shape === 'number')
        )
            out.came.push(field);
        else if (is_asked(kind, form, field.name) || has_value) out.words.push(field);
        else out.more.push(field);
    }
    out.came.sort((a, b) => came.indexOf(a.name) - came.indexOf(b.name));
    // One place for the context is enough to begin with; its lines are there for who divides it.
    out.context.sort((a, b) => Number(b.name === 'context') - Number(a.name === 'context'));
    return out;
}
