// Markdown of a record as elements of the page. The attack: a record is written by anybody in any
// school, and a script in it would act as the reader who is signed in. So raw HTML in Markdown is
// text; what comes of it is sanitised; and the browser takes HTML from the policy below only
// (Trusted Types), which nothing else may use. Pictures come from the record's own files, never
// from another host.
import DOMPurify from 'dompurify';
import MarkdownIt from 'markdown-it';

export interface Files {
    /** The address of a file of the record by its name; empty: it has not arrived. */
    address(name: string): string | undefined;
    /** What stands in place of a picture that has not arrived, or that is elsewhere. */
    absent(description: string, is_elsewhere: boolean): string;
}

// TypeScript's own library does not know Trusted Types yet.
interface Policies {
    createPolicy(name: string, rules: { createHTML(html: string): string }): TrustedTypePolicy;
}
type TrustedTypePolicy = NonNullable<
    Parameters<typeof DOMPurify.sanitize>[1]
>['TRUSTED_TYPES_POLICY'];

const policies = (window as unknown as { trustedTypes?: Policies }).trustedTypes;
const policy = policies?.createPolicy('staffroom', { createHTML: (html) => html });

const markdown = new MarkdownIt({ html: false, linkify: false, typographer: false });
markdown.validateLink = (address) => /^(https?:|mailto:|#|[^:]*$)/i.test(address.trim());

const allowed = {
    ALLOWED_TAGS: [
        'p',
        'h2',
        'h3',
        'h4',
        'h5',
        'ul',
        'ol',
        'li',
        'blockquote',
        'pre',
        'code',
        'em',
        'strong',
        's',
        'a',
        'img',
        'hr',
        'br',
        'table',
        'thead',
        'tbody',
        'tr',
        'th',
        'td',
        'span',
    ],
    ALLOWED_ATTR: ['href', 'src', 'alt', 'title', 'start', 'class', 'rel', 'loading'],
    ALLOW_DATA_ATTR: false,
    ...(policy ? { TRUSTED_TYPES_POLICY: policy } : {}),
};

/** A document that runs no script and fetches nothing, to read foreign HTML in. */
export function inert_document(html: string): Document {
    const made = policy ? (policy.createHTML(html) as unknown as string) : html;
    return new DOMParser().parseFromString(made, 'text/html');
}

function decoded(name: string): string {
    try {
        return decodeURIComponent(name);
    } catch {
        return name;
    }
}

interface Env {
    files: Files;
}

markdown.renderer.rules['image'] = (tokens, at, _, env: Env) => {
    const token = tokens[at]!;
    const source = decoded(token.attrGet('src') ?? '').replace(/^\.\//, '');
    const described = token.content;
    const escape = markdown.utils.escapeHtml;
    const is_elsewhere = /^[a-z][a-z0-9+.-]*:|^\/\//i.test(source);
    const address = is_elsewhere ? undefined : env.files.address(source);
    if (!address)
        return `<span class="away">${escape(env.files.absent(described, is_elsewhere))}</span>`;
    return `<img src="${escape(address)}" alt="${escape(described)}" loading="lazy">`;
};
markdown.renderer.rules['link_open'] = (tokens, at, options, env: Env, self) => {
    const token = tokens[at]!;
    const to = token.attrGet('href') ?? '';
    const address = /^[a-z][a-z0-9+.-]*:|^#/i.test(to)
        ? to
        : env.files.address(decoded(to).replace(/^\.\//, ''));
    if (address) token.attrSet('href', address);
    else token.attrs = [];
    token.attrSet('rel', 'noopener noreferrer');
    return self.renderToken(tokens, at, options);
};
// A record's own first level is the page's second: the page has one title.
markdown.renderer.rules['heading_open'] = (tokens, at, options, _, self) => {
    const token = tokens[at]!;
    token.tag = `h${Math.min(5, Number(token.tag.slice(1)) + 1 + (token.tag === 'h1' ? 0 : 0))}`;
    return self.renderToken(tokens, at, options);
};
markdown.renderer.rules['heading_close'] = (tokens, at, options, _, self) => {
    const token = tokens[at]!;
    token.tag = `h${Math.min(5, Number(token.tag.slice(1)) + 1)}`;
    return self.renderToken(tokens, at, options);
};

/** Puts the words of a record into an element of the page. */
export function show_markdown(element: HTMLElement, text: string, files: Files): void {
    const html = markdown.render(text, { files } satisfies Env);
    const clean = DOMPurify.sanitize(html, {
        ...allowed,
        RETURN_TRUSTED_TYPE: policy !== undefined,
    });
    element.innerHTML = clean as unknown as string;
}
