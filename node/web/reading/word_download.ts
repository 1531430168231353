// The Word file of the record that is open, with its pictures, into the reader's downloads. Loaded
// when somebody asks for it.
import type { ShownRecord } from '../api/client';
import { day, direction, list } from '../words/words.svelte';
import { facts_of } from './facts';
import { file_name, word_file, type Picture } from './word_file';

const types: Record<string, Picture['type']> = {
    'image/png': 'png',
    'image/jpeg': 'jpg',
    'image/gif': 'gif',
};

/** A picture whose bytes are here and that a browser can read; others are named in the text. */
async function picture_of(record: ShownRecord, name: string): Promise<Picture | undefined> {
    const file = record.attachments?.find((each) => each.name === name);
    const type = types[file?.type ?? ''];
    if (!file?.here || !type) return undefined;
    const answer = await fetch(`/api/v1/records/${record.id}/files/${file.hash}`);
    if (!answer.ok) return undefined;
    const blob = await answer.blob();
    try {
        const drawn = await createImageBitmap(blob);
        const { width, height } = drawn;
        drawn.close();
        return { bytes: new Uint8Array(await blob.arrayBuffer()), type, width, height };
    } catch {
        return undefined; // Its bytes are no picture, whatever its name says.
    }
}

export async function save_word_file(record: ShownRecord, citation: string): Promise<void> {
    const authors = list((record.authors ?? []).map((each) => each.name));
    const blob = await word_file({
        title: record.title,
        byline: [authors, record.school_name, record.created_ms ? day(record.created_ms) : '']
            .filter(Boolean)
            .join(' · '),
        summary: record.summary ?? '',
        facts: facts_of(record),
        text: record.text ?? '',
        citation,
        language: record.language ?? '',
        is_rightward: direction(record.language ?? '') === 'rtl',
        picture: (name) => picture_of(record, name),
    });
    const link = document.createElement('a');
    link.href = URL.createObjectURL(blob);
    link.download = file_name(record.title);
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
