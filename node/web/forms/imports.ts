// Text from elsewhere as Markdown: Word files, Markdown files, and what is pasted from a word
// processor. The two converters are loaded when the first such text comes. Their HTML is only ever
// read in a document that runs nothing and shows nothing.
import { inert_document } from '../reading/markup';

export interface Imported {
    title: string;
    text: string;
    pictures: File[];
}

export const import_types = '.docx,.md,.markdown,.txt';

async function to_markdown(html: string): Promise<string> {
    const { default: Turndown } = await import('turndown');
    const turndown = new Turndown({
        headingStyle: 'atx',
        bulletListMarker: '-',
        codeBlockStyle: 'fenced',
        emDelimiter: '*',
    });
    turndown.remove(['script', 'style', 'meta', 'link', 'title', 'iframe', 'object'] as never);
    turndown.addRule('tables', {
        filter: 'table',
        replacement: (_, node) => table(node as unknown as HTMLTableElement),
    });
    return turndown.turndown(inert_document(html).body as HTMLElement).trim();
}

/** Word's tables have no head; the first row becomes it, as Markdown wants one. */
function table(node: HTMLTableElement): string {
    const rows = Array.from(node.querySelectorAll('tr'), (row) =>
        Array.from(row.querySelectorAll('td, th'), (cell) =>
            (cell.textContent ?? '').replace(/\s+/g, ' ').replaceAll('|', '\\|').trim(),
        ),
    ).filter((cells) => cells.length > 0);
    const [head, ...rest] = rows;
    if (!head) return '';
    const line = (cells: string[]) => `| ${head.map((_, at) => cells[at] ?? '').join(' | ')} |`;
    return `\n\n${[line(head), line(head.map(() => '---')), ...rest.map(line)].join('\n')}\n\n`;
}

async function from_word(file: File): Promise<Imported> {
    const mammoth = await import('mammoth');
    const pictures: File[] = [];
    const options = {
        convertImage: mammoth.images.imgElement(async (image) => {
            const type = image.contentType;
            const bytes = await image.readAsArrayBuffer();
            const name = `picture-${pictures.length + 1}.${type.split('/')[1] ?? 'png'}`;
            pictures.push(new File([bytes], name, { type }));
            return { src: name, alt: '' };
        }),
    };
    const { value } = await mammoth.convertToHtml(
        { arrayBuffer: await file.arrayBuffer() },
        options,
    );
    // The pictures come after the text, each with the question what it shows.
    const text = await to_markdown(value.replace(/<img [^>]*>/g, ''));
    return { ...with_title(text, file.name), pictures };
}

/** Takes the first heading for the title, where the text begins with one. */
export function with_title(text: string, name: string): { title: string; text: string } {
    const heading = /^\s*#\s+(.+?)\s*#*\s*(?:\n|$)/.exec(text);
    if (heading) return { title: heading[1]!, text: text.slice(heading[0].length).trim() };
    return {
        title: name
            .replace(/\.[^.]*$/, '')
            .replace(/[-_]+/g, ' ')
            .trim(),
        text: text.trim(),
    };
}

export async function read_import(file: File): Promise<Imported> {
    if (/\.docx$/i.test(file.name)) return from_word(file);
    return { ...with_title(await file.text(), file.name), pictures: [] };
}

/** What a word processor put on the clipboard, as Markdown; nothing where it is plain text. */
export async function pasted(data: DataTransfer): Promise<string | undefined> {
    const html = data.getData('text/html');
    if (!html || !/<(h[1-6]|li|strong|b|em|i|a|table|p)[\s>]/i.test(html)) return undefined;
    return to_markdown(html);
}
