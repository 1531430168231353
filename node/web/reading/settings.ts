// What the node says of a setting, in words. Pure but for the reader's language.
import type { Schemas } from '../api/client';
import { say, t } from '../words/words.svelte';

type Setting = Schemas['Setting'];
type Value = Setting['value'];

export function value_text(value: Value): string {
    return Array.isArray(value) ? value.join(', ') : String(value);
}

/** A word of a setting in the reader's language; a number as it is. */
export function word_text(setting: string, value: Value): string {
    return say([`word.setting.${setting}.${value_text(value)}`], value_text(value));
}

export function origin_text(setting: Setting): string {
    if (setting.origin === 'file')
        return t('settings.by-file', {
            file: (setting.file ?? '').split('/').at(-1) ?? '',
            line: setting.line ?? 0,
        });
    if (setting.origin === 'environment')
        return t('settings.by-environment', { variable: setting.variable ?? '' });
    return t(setting.origin === 'page' ? 'settings.by-page' : 'settings.by-nobody');
}

/** The value that somebody typed; nothing where it is no whole number within the bounds. */
export function number_within(setting: Setting, typed: string): number | undefined {
    if (!/^\d{1,9}$/.test(typed.trim())) return undefined;
    const value = Number(typed);
    return value >= (setting.low ?? 0) && value <= (setting.high ?? 0) ? value : undefined;
}
