// What a record still lacks for the readers that its author has chosen, while it is being written.
// The same rules as the node's (protocol/records/requirements), read from the tables that the node
// serves; the node has the last word when the record is published. Pure.
import { form_word, is_across, value, type Form } from './form';
import { reaches_to, type Kind, type Requirement } from './kinds';

export interface Missing {
    /** One of these fields has to be there; the first is where a link leads. */
    any_of: string[];
}

function has(form: Form, name: string): boolean {
    return (form.values[name] ?? []).some((text) => text.trim() !== '');
}

function applies(asks: Requirement, form: Form): boolean {
    if (asks.across_networks && !is_across(form)) return false;
    if (!asks.when) return true;
    const given = asks.when.field === 'form' ? form_word(form) : value(form, asks.when.field);
    return (given !== '' && asks.when.values.includes(given)) !== asks.when.is_not;
}

export function missing(form: Form, kind: Kind): Missing[] {
    const out: Missing[] = [];
    const lacks = (name: string) => out.push({ any_of: [name] });
    if (kind.targets.length > 0 && !form.about.some((to) => kind.targets.includes(to.relation)))
        lacks('about');
    if (form.reach === 'draft') return out;
    const title = form.title.trim().length;
    // A tip that says nothing yet has no title either; its first words become one.
    const is_empty_tip = form_word(form) === 'quick-tip' && !has(form, 'what-we-do');
    if (!kind.is_note && !is_empty_tip && (title < 5 || title > 200)) lacks('title');
    if (kind.is_note && !form.text.trim()) lacks('text');
    const is_tip = form_word(form) === 'quick-tip';
    if (kind.asks_summary && !is_tip && !form.summary.trim()) lacks('summary');
    if (reaches_to(form.reach, 'network') && !kind.is_note && !form.licence) lacks('licence');
    for (const asks of kind.requirements)
        if (reaches_to(form.reach, asks.from) && applies(asks, form))
            if (!asks.any_of.some((name) => has(form, name))) out.push({ any_of: asks.any_of });
    const question = value(form, 'question').trim();
    if (form.kind === 'enquiry-finding' && question && !question.endsWith('?')) lacks('question');
    return out;
}

/** From which reach on a field is asked for, if at all, as the form stands: for its label. */
export function asked_from(form: Form, kind: Kind, name: string): string | undefined {
    const found = kind.requirements.find(
        (asks) => asks.any_of.length === 1 && asks.any_of[0] === name && applies(asks, form),
    );
    return found?.from;
}
