// No word is lost: each change goes into this browser at once and to the node a moment later. What
// the browser has wins when a page opens, because it is what was typed last on this machine; two
// tabs on one text are told apart, and the later one waits until its user decides.
import { drop_text, keep_text, kept_text, kept_texts } from '../api/texts';
import { Problem } from '../api/problem';
import { random_name } from '../api/client';

const prefix = 'staffroom.text.';
const node_delay_ms = 1500;
const tab = random_name();

interface Local {
    text: string;
    saved_ms: number;
    tab: string;
    etag?: string;
}

export interface Kept {
    text: string;
    saved_ms: number;
}

function read(slot: string): Local | undefined {
    try {
        const found = localStorage.getItem(prefix + slot);
        return found ? (JSON.parse(found) as Local) : undefined;
    } catch {
        return undefined;
    }
}

/** The slots that this browser holds, newest first. */
export function local_slots(): { slot: string; text: string; saved_ms: number }[] {
    const out = [];
    for (let at = 0; at < localStorage.length; at += 1) {
        const key = localStorage.key(at) ?? '';
        const found = key.startsWith(prefix) ? read(key.slice(prefix.length)) : undefined;
        if (found) out.push({ slot: key.slice(prefix.length), ...found });
    }
    return out.sort((a, b) => b.saved_ms - a.saved_ms);
}

export type State = 'clean' | 'here' | 'node' | 'elsewhere' | 'full';

export class Autosave {
    /** Where the last words are: in this browser, on the node too, or changed in another tab. */
    state: State = 'clean';
    saved_ms = 0;
    private etag: string | undefined;
    private timer: ReturnType<typeof setTimeout> | undefined;
    private pending: string | undefined;
    private readonly hear = (event: StorageEvent) => this.other_tab(event);

    constructor(
        readonly slot: string,
        private readonly changed: () => void,
    ) {
        window.addEventListener('storage', this.hear);
        window.addEventListener('pagehide', this.flush);
    }

    /** What was typed before, if anything; the newer of browser and node. */
    async restore(is_new: boolean): Promise<Kept | undefined> {
        if (is_new) return undefined;
        const local = read(this.slot);
        this.etag = local?.etag;
        try {
            const kept = await kept_text(this.slot);
            const is_other = !local || (kept.etag !== local.etag && kept.text !== local.text);
            const kept_ms = is_other ? await this.changed_ms() : 0;
            if (!local || kept_ms > local.saved_ms) {
                this.etag = kept.etag;
                return { text: kept.text, saved_ms: kept_ms };
            }
        } catch (problem) {
            if (!(problem instanceof Problem)) throw problem;
        }
        return local ? { text: local.text, saved_ms: local.saved_ms } : undefined;
    }

    private async changed_ms(): Promise<number> {
        const row = (await kept_texts()).find((each) => each.slot === this.slot);
        return row ? Date.parse(row.changed) : 0;
    }

    save(text: string): void {
        if (this.state === 'elsewhere') return;
        this.saved_ms = Date.now();
        this.state = this.write_local(text) ? 'here' : 'full';
        this.pending = text;
        clearTimeout(this.timer);
        this.timer = setTimeout(() => void this.send(), node_delay_ms);
        this.changed();
    }

    /** This tab's words count from now on. */
    take_over(text: string): void {
        this.state = 'here';
        this.etag = undefined;
        this.save(text);
    }

    /** Published or thrown away: nothing is left to restore. */
    async drop(): Promise<void> {
        clearTimeout(this.timer);
        this.pending = undefined;
        localStorage.removeItem(prefix + this.slot);
        await drop_text(this.slot).catch(() => undefined);
    }

    close(): void {
        this.flush();
        window.removeEventListener('storage', this.hear);
        window.removeEventListener('pagehide', this.flush);
    }

    private write_local(text: string): boolean {
        const local: Local = { text, saved_ms: this.saved_ms, tab };
        if (this.etag) local.etag = this.etag;
        try {
            localStorage.setItem(prefix + this.slot, JSON.stringify(local));
            return true;
        } catch {
            return false; // The browser's store is full; the node still gets the words.
        }
    }

    private async send(keepalive = false): Promise<void> {
        const text = this.pending;
        if (text === undefined) return;
        try {
            this.etag = await keep_text(this.slot, text, this.etag, keepalive);
            if (this.pending === text) this.pending = undefined;
            this.state = 'node';
            this.write_local(text);
        } catch (problem) {
            if (!(problem instanceof Problem)) throw problem;
            if (problem.status === 412 || problem.status === 409) this.state = 'elsewhere';
            else if ([0, 401].includes(problem.status) || problem.status >= 500)
                this.timer = setTimeout(() => void this.send(), 10 * node_delay_ms);
        }
        this.changed();
    }

    private readonly flush = (): void => {
        clearTimeout(this.timer);
        if (this.pending !== undefined && this.pending.length < 60_000) void this.send(true);
    };

    private other_tab(event: StorageEvent): void {
        if (event.key !== prefix + this.slot || !event.newValue) return;
        const other = JSON.parse(event.newValue) as Local;
        if (other.tab === tab) return;
        clearTimeout(this.timer);
        this.state = 'elsewhere';
        this.changed();
    }
}
