// The words of the page in the reader's language: ICU messages, one file a language, loaded when
// chosen. What a language lacks is said in English. Codes of the API (kinds, outcomes, reasons)
// become words here and nowhere else.
import { IntlMessageFormat } from 'intl-messageformat';
import { pseudo } from './pseudo';

export type Values = Record<string, string | number | Date>;
type Messages = Record<string, string>;

export const languages = [
    { code: 'en', name: 'English' },
    { code: 'cy', name: 'Cymraeg' },
    { code: 'ar', name: 'العربية' },
] as const;

const loaders: Record<string, () => Promise<{ default: Messages }>> = {
    en: () => import('./en.json'),
    cy: () => import('./cy.json'),
    ar: () => import('./ar.json'),
};

let messages = $state.raw<Messages>({});
let english: Messages = {};
let code = $state('en');
const formats = new Map<string, IntlMessageFormat>();

export function language(): string {
    return code;
}

/** What a new text is written in, unless its author says otherwise. */
export function written_language(): string {
    return code === 'en' || code === 'xx' ? 'en-GB' : code;
}

/** The tag for Intl: digits in Arabic stay the ones that the records are written with. */
export function locale(): string {
    return code === 'ar'
        ? 'ar-u-nu-latn'
        : code === 'xx'
          ? 'en-GB'
          : code === 'en'
            ? 'en-GB'
            : code;
}

export function direction(of = code): 'rtl' | 'ltr' {
    return /^(ar|fa|he|ps|ur|yi|dv|ckb|sd|ug)\b/.test(of) ? 'rtl' : 'ltr';
}

/** The best of what the browser asks for. */
export function preferred(): string {
    for (const tag of navigator.languages) {
        const base = tag.split('-')[0] ?? '';
        if (base in loaders) return base;
    }
    return 'en';
}

export async function speak(wanted: string): Promise<void> {
    if (!('signin.title' in english)) english = (await loaders['en']!()).default;
    const found = loaders[wanted];
    const chosen = wanted === 'xx' || !found ? english : (await found()).default;
    formats.clear();
    messages = wanted === 'xx' ? pseudo(english) : chosen;
    code = found || wanted === 'xx' ? wanted : 'en';
    document.documentElement.lang = code === 'xx' ? 'en' : code;
    document.documentElement.dir = direction();
}

function raw(key: string): string | undefined {
    return messages[key] ?? english[key];
}

/** The message of `key`; the key itself where nobody has written one, so that it is noticed. */
export function t(key: string, values?: Values): string {
    const text = raw(key);
    if (text === undefined) return key;
    if (!/[{'<]/.test(text)) return text;
    let format = formats.get(key);
    if (!format) {
        format = new IntlMessageFormat(text, locale(), undefined, { ignoreTag: true });
        formats.set(key, format);
    }
    return String(format.format(values));
}

/** The first of these keys that somebody has written; else `otherwise`. */
export function say(keys: string[], otherwise: string): string {
    for (const key of keys) if (raw(key) !== undefined) return t(key);
    return otherwise;
}

/** A word of a vocabulary. */
export function word(vocabulary: string, value: string): string {
    return say([`word.${vocabulary}.${value}`], value.replaceAll('-', ' '));
}

/** A record's title; what stands in its place where its words have not come, or are gone. */
export function title_of(row: { title?: string; body_state?: string }): string {
    const gone: Record<string, string> = { erased: 'record.erased', refused: 'record.refused' };
    return row.title || t(gone[row.body_state ?? ''] ?? 'record.on-its-way');
}

export function kindName(kind: string): string {
    return say([`kind.${kind}`], kind.replaceAll('-', ' '));
}

export function fieldName(kind: string, name: string): string {
    const plain = name.replaceAll('-', ' ');
    return say(
        [`field.${kind}.${name}`, `field.${name}`],
        plain.charAt(0).toUpperCase() + plain.slice(1),
    );
}

/** The question of a form; English ones come from the node, which asks them in its templates. */
export function promptOf(kind: string, name: string, english_prompt: string): string {
    return say([`prompt.${kind}.${name}`, `prompt.${name}`], english_prompt);
}

export function list(words: string[]): string {
    return new Intl.ListFormat(locale(), { type: 'conjunction' }).format(words);
}

export function day(ms: number): string {
    return new Intl.DateTimeFormat(locale(), { dateStyle: 'long' }).format(ms);
}

/** The last day of what ends at the midnight behind it, on the node's own calendar. */
export function day_before(ms: number): string {
    return new Intl.DateTimeFormat(locale(), { dateStyle: 'long', timeZone: 'UTC' }).format(ms - 1);
}

export function moment(ms: number): string {
    return new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeStyle: 'short' }).format(
        ms,
    );
}

/** How long ago, in the largest unit that fits. */
export function since(ms: number, now = Date.now()): string {
    const units: [Intl.RelativeTimeFormatUnit, number][] = [
        ['year', 31_557_600],
        ['month', 2_629_800],
        ['week', 604_800],
        ['day', 86_400],
        ['hour', 3600],
        ['minute', 60],
    ];
    const seconds = (ms - now) / 1000;
    const format = new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' });
    for (const [unit, length] of units)
        if (Math.abs(seconds) >= length) return format.format(Math.round(seconds / length), unit);
    return t('time.now');
}

export function size(bytes: number): string {
    const units = ['kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;
    let at = 0;
    let value = bytes / 1000;
    while (value >= 1000 && at < units.length - 1) {
        value /= 1000;
        at += 1;
    }
    return new Intl.NumberFormat(locale(), {
        style: 'unit',
        unit: units[at],
        unitDisplay: 'short',
        maximumFractionDigits: value < 10 ? 1 : 0,
    }).format(value);
}
