// A record as a Word file, for whoever works on with it in a word processor. Made in the reader's
// browser, which has read the record already, by a library that is loaded when somebody asks for
// it. Raw HTML is text here as everywhere, and links lead where the page lets them lead.
import MarkdownIt from 'markdown-it';
import type * as Docx from 'docx';

type Token = ReturnType<MarkdownIt['parse']>[number];

export interface Picture {
    bytes: Uint8Array<ArrayBuffer>;
    type: 'png' | 'jpg' | 'gif';
    width: number;
    height: number;
}

export interface ToldRecord {
    title: string;
    byline: string;
    summary: string;
    facts: { name: string; text: string }[];
    text: string;
    citation: string;
    language: string;
    is_rightward: boolean; // written from right to left
    /** A picture of the record by its name; nothing where it has not arrived. */
    picture(name: string): Promise<Picture | undefined>;
}

const width_max = 600;
const markdown = new MarkdownIt({ html: false, linkify: false });
markdown.validateLink = (address) => /^(https?:|mailto:|#|[^:]*$)/i.test(address.trim());

/** XML knows no other sign of control than these three, and no U+FFFE. */
function clean(text: string): string {
    return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '');
}

interface Style {
    bold?: boolean;
    italics?: boolean;
    strike?: boolean;
}

/** What stands around a block: how deep in lists, in a quotation. */
interface Place {
    lists: ('bullet' | 'number')[];
    quotes: number;
    is_item_begun: boolean;
}

class Writer {
    readonly blocks: (Docx.Paragraph | Docx.Table)[] = [];
    constructor(
        private readonly docx: typeof Docx,
        private readonly record: ToldRecord,
        private readonly pictures: Map<string, Picture>,
    ) {}

    paragraph(children: Docx.ParagraphChild[], more: Partial<Docx.IParagraphOptions> = {}) {
        return new this.docx.Paragraph({
            children,
            bidirectional: this.record.is_rightward,
            ...more,
        });
    }
    words(text: string, style: Style = {}): Docx.TextRun {
        return new this.docx.TextRun({
            text: clean(text),
            rightToLeft: this.record.is_rightward,
            ...style,
        });
    }
    private picture(token: Token): Docx.ParagraphChild {
        const { ImageRun } = this.docx;
        const picture = this.pictures.get(source_of(token));
        if (!picture) return this.words(`[${token.content}]`, { italics: true });
        const scale = Math.min(1, width_max / picture.width);
        const name = clean(token.content);
        return new ImageRun({
            type: picture.type,
            data: picture.bytes,
            transformation: { width: picture.width * scale, height: picture.height * scale },
            altText: { title: name, description: name, name },
        });
    }
    /** The words of one line of Markdown. */
    inline(tokens: Token[]): Docx.ParagraphChild[] {
        const out: Docx.ParagraphChild[] = [];
        const style: Style = {};
        let link: { address: string; children: Docx.ParagraphChild[] } | undefined;
        const put = (child: Docx.ParagraphChild) => (link ? link.children : out).push(child);
        for (const token of tokens) {
            const is_begun = token.nesting === 1;
            if (token.type === 'text' || token.type === 'code_inline')
                put(this.words(token.content, style));
            else if (token.type === 'softbreak') put(this.words(' '));
            else if (token.type === 'hardbreak') put(new this.docx.TextRun({ break: 1 }));
            else if (token.type.startsWith('strong')) style.bold = is_begun;
            else if (token.type.startsWith('em')) style.italics = is_begun;
            else if (token.type.startsWith('s_')) style.strike = is_begun;
            else if (token.type === 'image') put(this.picture(token));
            else if (token.type === 'link_open')
                link = { address: String(token.attrGet('href') ?? ''), children: [] };
            else if (token.type === 'link_close' && link) {
                const { address, children } = link;
                link = undefined;
                if (/^(https?:|mailto:)/i.test(address))
                    put(new this.docx.ExternalHyperlink({ link: clean(address), children }));
                else children.forEach(put);
            }
        }
        return out;
    }
    private options(place: Place): Partial<Docx.IParagraphOptions> {
        const level = Math.min(place.lists.length - 1, 5);
        const indent = {
            start: 400 * place.quotes + (place.is_item_begun ? 720 * (level + 1) : 0),
        };
        if (level < 0 || place.is_item_begun) return place.quotes || level >= 0 ? { indent } : {};
        return place.lists[level] === 'bullet'
            ? { bullet: { level } }
            : { numbering: { reference: 'numbers', level } };
    }
    private table(tokens: Token[]): Docx.Table {
        const { Table, TableCell, TableRow, WidthType } = this.docx;
        const rows: Docx.TableRow[] = [];
        let cells: Docx.TableCell[] = [];
        for (const token of tokens)
            if (token.type === 'tr_open') cells = [];
            else if (token.type === 'tr_close') rows.push(new TableRow({ children: cells }));
            else if (token.type === 'inline')
                cells.push(
                    new TableCell({
                        children: [this.paragraph(this.inline(token.children ?? []))],
                    }),
                );
        return new Table({ rows, width: { size: 100, type: WidthType.PERCENTAGE } });
    }
    /** A text; its highest level of headings stands below the title. */
    text(tokens: Token[]) {
        const { HeadingLevel } = this.docx;
        const levels = [
            HeadingLevel.HEADING_1,
            HeadingLevel.HEADING_2,
            HeadingLevel.HEADING_3,
            HeadingLevel.HEADING_4,
        ];
        const place: Place = { lists: [], quotes: 0, is_item_begun: false };
        let heading: number | undefined;
        for (let at = 0; at < tokens.length; at += 1) {
            const token = tokens[at]!;
            if (token.type === 'bullet_list_open') place.lists.push('bullet');
            else if (token.type === 'ordered_list_open') place.lists.push('number');
            else if (/_list_close$/.test(token.type)) place.lists.pop();
            else if (token.type === 'list_item_open') place.is_item_begun = false;
            else if (token.type.startsWith('blockquote')) place.quotes += token.nesting;
            else if (token.type === 'heading_open') heading = Number(token.tag.slice(1));
            else if (token.type === 'heading_close') heading = undefined;
            else if (token.type === 'fence' || token.type === 'code_block')
                for (const line of token.content.trimEnd().split('\n'))
                    this.blocks.push(this.paragraph([this.words(line)], this.options(place)));
            else if (token.type === 'table_open') {
                const end = tokens.findIndex((each, i) => i > at && each.type === 'table_close');
                this.blocks.push(this.table(tokens.slice(at, end)));
                at = end;
            } else if (token.type === 'inline') {
                const more =
                    heading === undefined
                        ? this.options(place)
                        : { heading: levels[Math.min(heading, levels.length) - 1]! };
                this.blocks.push(this.paragraph(this.inline(token.children ?? []), more));
                place.is_item_begun = place.lists.length > 0;
            }
        }
    }
}

function source_of(token: Token): string {
    const source = String(token.attrGet('src') ?? '').replace(/^\.\//, '');
    try {
        return decodeURIComponent(source);
    } catch {
        return source;
    }
}

async function pictures_of(record: ToldRecord, tokens: Token[]): Promise<Map<string, Picture>> {
    const found = new Map<string, Picture>();
    for (const token of tokens.flatMap((each) => each.children ?? []))
        if (token.type === 'image' && !found.has(source_of(token))) {
            const picture = await record.picture(source_of(token));
            if (picture) found.set(source_of(token), picture);
        }
    return found;
}

async function word_document(record: ToldRecord): Promise<Docx.Document> {
    const docx = await import('docx');
    const tokens = markdown.parse(record.text, {});
    const writer = new Writer(docx, record, await pictures_of(record, tokens));
    const { blocks } = writer;
    blocks.push(
        writer.paragraph([writer.words(record.title)], { heading: docx.HeadingLevel.TITLE }),
        writer.paragraph([writer.words(record.byline)]),
    );
    if (record.summary)
        blocks.push(writer.paragraph([writer.words(record.summary, { italics: true })]));
    for (const fact of record.facts)
        blocks.push(
            writer.paragraph([
                writer.words(`${fact.name}: `, { bold: true }),
                writer.words(fact.text),
            ]),
        );
    writer.text(tokens);
    blocks.push(writer.paragraph([writer.words(record.citation, { italics: true })]));
    const levels = [0, 1, 2, 3, 4, 5].map((level) => ({
        level,
        format: docx.LevelFormat.DECIMAL,
        text: `%${level + 1}.`,
        style: { paragraph: { indent: { start: 720 * (level + 1), hanging: 360 } } },
    }));
    return new docx.Document({
        title: clean(record.title),
        creator: clean(record.byline),
        numbering: { config: [{ reference: 'numbers', levels }] },
        styles: { default: { document: { run: { language: { value: record.language } } } } },
        sections: [{ children: blocks }],
    });
}

export async function word_file(record: ToldRecord): Promise<Blob> {
    const document = await word_document(record);
    const { Packer } = await import('docx');
    return Packer.toBlob(document);
}

/** A name that every system takes. */
export function file_name(title: string): string {
    const plain = title
        .normalize('NFC')
        .replace(/[^\p{L}\p{N}]+/gu, '-')
        .replace(/^-+|-+$/g, '')
        .slice(0, 60);
    return `${plain || 'record'}.docx`;
}
