// A record while somebody writes it: values by field name, and the way to and from the Markdown
// file that the node takes. Pure; what is missing from it is told by missing.ts.
import type { Schemas, ShownRecord } from '../api/client';
import type { Field, Kind, Reach } from './kinds';
import { before_parts, parts_of } from '../reading/sections';

export interface FormFile {
    hash: string;
    name: string;
    type: string;
    size: number;
    description: string;
}

export interface Form {
    kind: string;
    title: string;
    summary: string;
    authors: string[];
    language: string;
    licence: string;
    /** By field name; a field with one value has a list of one. */
    values: Record<string, string[]>;
    /** What stands outside of the sections that the kind knows. */
    text: string;
    files: FormFile[];
    /** `network`: where another network's record came from. */
    about: { id: string; relation: string; title: string; school: string; network?: string }[];
    network: string;
    reach: Reach;
    /** Of reach linked: by which links other networks read it, and how much further it goes. */
    links?: string[];
    pass_on?: number;
    /** The record that this is a newer text of, as its author saw it. */
    base?: { id: string; heads: string[]; number: number; join: boolean };
}

export function empty_form(kind: string, author: string, language: string): Form {
    return {
        kind,
        title: '',
        summary: '',
        authors: author ? [author] : [],
        language,
        licence: '',
        values: kind === 'practice-write-up' ? { form: ['write-up'] } : {},
        text: '',
        files: [],
        about: [],
        network: '',
        reach: 'school',
    };
}

export function value(form: Form, name: string): string {
    return form.values[name]?.[0] ?? '';
}

export function form_word(form: Form): string {
    return form.kind === 'practice-write-up' ? value(form, 'form') || 'write-up' : '';
}

/** The fields that have a place in this form, in the order of the node's tables. */
export function fields_of(kind: Kind, form: Form): Field[] {
    const word = form_word(form);
    return kind.fields.filter(
        (field) => field.forms.includes(word) || (form.values[field.name] ?? []).some(Boolean),
    );
}

/** Whether it says how a record of another network was tried here. */
export function is_across(form: Form): boolean {
    return form.about.some((to) => to.relation === 'tried-in' && Boolean(to.network));
}

/** JSON in double quotes is YAML as well: nothing that people type can end a value early. */
function yaml(text: string): string {
    return JSON.stringify(text);
}

function yaml_list(texts: string[]): string {
    return `[${texts.map(yaml).join(', ')}]`;
}

function front_matter(form: Form, kind: Kind): string[] {
    const lines = [`kind: ${yaml(form.kind)}`];
    const put = (name: string, text: string) => {
        if (text.trim() || form.base) lines.push(`${name}: ${yaml(text.trim())}`);
    };
    put('title', form.title);
    put('summary', form.summary);
    const authors = form.authors.map((name) => name.trim()).filter(Boolean);
    if (authors.length > 0) lines.push(`authors: ${yaml_list(authors)}`);
    if (form.language) lines.push(`language: ${yaml(form.language)}`);
    if (form.licence) lines.push(`licence: ${yaml(form.licence)}`);
    for (const field of kind.fields) {
        const given = (form.values[field.name] ?? []).map((each) => each.trim()).filter(Boolean);
        if (field.shape === 'section' || (given.length === 0 && !form.base)) continue;
        if (given.length === 0 && field.forms.length === 0) continue;
        if (field.count_max > 1) lines.push(`${field.name}: ${yaml_list(given)}`);
        else if (given.length > 0) lines.push(`${field.name}: ${yaml(given[0]!)}`);
        else lines.push(`${field.name}:`);
    }
    return lines;
}

/** The Markdown file of the form: front matter, the free text, a heading for each section. */
export function to_file(form: Form, kind: Kind): string {
    const parts: string[] = [];
    if (form.text.trim()) parts.push(form.text.trim());
    for (const field of kind.fields) {
        const words = value(form, field.name).trim();
        if (field.shape === 'section' && words) parts.push(`## ${field.heading}\n\n${words}`);
    }
    return `---\n${front_matter(form, kind).join('\n')}\n---\n${parts.join('\n\n')}\n`;
}

/** Whether other schools read it. */
export function is_wide(reach: Reach): boolean {
    return reach === 'network' || reach === 'linked';
}

function readers_of(form: Form): Partial<Schemas['RecordRequest']> {
    if (form.reach === 'network') return { network: form.network };
    if (form.reach !== 'linked') return { reach: form.reach };
    return {
        reach: 'linked',
        network: form.network,
        links: form.links ?? [],
        ...(form.pass_on ? { pass_on: form.pass_on } : {}),
    };
}

/** What the node is asked to publish or to check. */
export function to_request(form: Form, kind: Kind, dry_run: boolean): Schemas['RecordRequest'] {
    return {
        file: to_file(form, kind),
        path: 'page.md',
        only_new: false,
        replace: false,
        dry_run,
        kind: form.kind,
        ...readers_of(form),
        about: form.about.map(({ id, relation }) => ({ id, relation })),
        attachments: form.files,
    };
}

function split(field: Field, text: string): string[] {
    if (field.count_max === 1) return [text];
    return text.split(';').map((each) => each.trim());
}

/** The form that writes a newer text of a record. */
export function from_record(record: ShownRecord, kind: Kind): Form {
    const form = empty_form(record.kind, '', record.language ?? '');
    form.title = record.title;
    form.summary = record.summary ?? '';
    form.authors = (record.authors ?? []).map((author) => author.name);
    form.licence = record.licence ?? '';
    form.files = (record.attachments ?? []).map(({ hash, name, type, size, description }) => ({
        hash,
        name,
        type,
        size,
        description,
    }));
    for (const field of kind.fields) {
        const given = record.fields?.[field.name];
        if (given) form.values[field.name] = split(field, given);
    }
    const loose: string[] = [];
    for (const part of parts_of(record)) {
        const field = kind.fields.find((each) => each.name === part.code);
        if (field?.shape === 'section' && !form.values[field.name])
            form.values[field.name] = [part.words.trim()];
        else loose.push(part.whole.trim());
    }
    form.text = [before_parts(record).trim(), ...loose].filter(Boolean).join('\n\n');
    form.about = record.about.map((each) => ({
        id: each.id,
        relation: each.relation,
        title: each.title ?? '',
        school: each.school_name ?? '',
    }));
    form.reach = record.reach as Reach;
    if (form.reach === 'linked') {
        form.links = (record.links ?? []).map((link) => link.id);
        form.pass_on = record.pass_on ?? 0;
    }
    form.base = {
        id: record.document,
        heads: record.head_revisions,
        number: record.revision_number,
        join: false,
    };
    return form;
}

/** A title for a record that has none yet: the beginning of its first words, at a word's end. */
export function suggested_title(form: Form): string {
    const words = value(form, 'what-we-do') || form.text;
    const line = words
        .trim()
        .split(/[\n.!?]/)[0]!
        .replace(/[*_#>`]/g, '')
        .trim();
    if (line.length <= 70) return line;
    const cut = line.slice(0, 70);
    return `${cut.slice(0, Math.max(cut.lastIndexOf(' '), 20))} …`;
}

/** Whether somebody has written anything that would be missed. */
export function has_words(form: Form): boolean {
    const words = [
        form.title,
        form.summary,
        form.text,
        ...Object.entries(form.values)
            .filter(([name]) => name !== 'form')
            .flatMap(([, texts]) => texts),
    ];
    return words.some((text) => text.trim()) || form.files.length > 0;
}
