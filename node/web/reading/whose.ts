// Who wrote a record, in a list: its school, or of another network's record that network with its
// place, since its schools are not told. Pure.
import { t } from '../words/words.svelte';

interface Row {
    school_name?: string;
    from_network?: { trail: { name: string; place: string }[] };
}

export function whose(row: Row): string {
    const from = row.from_network?.trail[0];
    if (!from) return row.school_name ?? '';
    return from.place
        ? t('record.network-place', { name: from.name, place: from.place })
        : from.name;
}
