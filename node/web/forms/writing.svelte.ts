// A form while it is open: its words, where they are kept, what is missing, how it is published.
import { answer, api, random_name, type Network, type Schemas } from '../api/client';
import { Problem } from '../api/problem';
import { as_problem } from '../app/load.svelte';
import { Autosave } from './autosave';
import {
    empty_form,
    from_record,
    is_wide,
    suggested_title,
    to_file,
    to_request,
    type Form,
    type FormFile,
} from './form';
import { kind_called, type Kind } from './kinds';
import { missing, type Missing } from './missing';
import { why_not, type Link } from '../reading/agreement';
import { t } from '../words/words.svelte';

export interface Start {
    kind: string;
    author: string;
    language: string;
    slot?: string | undefined;
    about?: string | undefined;
    /** The id of the writer's school: a review of its own record says so. */
    own_school?: string | undefined;
    relation?: string | undefined;
    revises?: string | undefined;
    join?: boolean;
}

export class Writing {
    form = $state<Form>(empty_form('practice-write-up', '', 'en-GB'));
    kind = $state.raw<Kind | undefined>();
    networks = $state.raw<Network[]>([]);
    /** With other networks: what an author may choose, or hears why not. */
    links = $state.raw<Link[]>([]);
    restored_ms = $state(0);
    saved = $state.raw<{ state: Autosave['state']; ms: number }>({ state: 'clean', ms: 0 });
    problem = $state.raw<Problem | undefined>();
    notes = $state.raw<string[]>([]);
    is_busy = $state(false);
    /** Set once somebody tried to publish: only then are gaps marked at their fields. */
    has_tried = $state(false);
    why_changed = $state('');
    /** Lines that may tell who a pupil is, and why they may stand. */
    lines = $state.raw<Schemas['PupilDetail'][]>([]);
    why_pupils = $state('');
    /** Of the text that a newer one is written of. */
    start_reach = $state<Form['reach']>('draft');
    start_links = $state.raw<string[]>([]);
    autosave: Autosave | undefined;
    private original = '';

    readonly missing: Missing[] = $derived.by(() => {
        if (!this.kind) return [];
        const found = missing(this.titled(), this.kind);
        if (this.form.files.some((file) => file.type.startsWith('image/') && !file.description))
            found.push({ any_of: ['files'] });
        return found;
    });

    async open(start: Start): Promise<string> {
        const is_tip = start.kind === 'quick-tip';
        const name = is_tip ? 'practice-write-up' : start.kind;
        void answer(api.GET('/api/v1/networks')).then(
            (all) => (this.networks = all.networks),
            () => undefined,
        );
        const links = answer(api.GET('/api/v1/links')).then(
            (all) => (this.links = all.links),
            () => [],
        );
        if (start.revises) await this.open_record(start.revises, start.join ?? false);
        else {
            this.kind = await kind_called(name);
            this.form = empty_form(name, start.author, start.language);
            if (is_tip) this.form.values['form'] = ['quick-tip'];
            if (start.about) await this.point_to(start.about, start, await links);
        }
        const slot =
            start.slot ?? start.revises?.replace('@', '-') ?? `new-${name}-${random_name()}`;
        this.original = JSON.stringify(this.form);
        this.autosave = new Autosave(slot, () => this.note_saved());
        const kept = await this.autosave.restore(!start.slot && !start.revises);
        if (kept && kept.text !== this.original) {
            this.form = JSON.parse(kept.text) as Form;
            this.kind = await kind_called(this.form.kind);
            this.restored_ms = kept.saved_ms;
        }
        return slot;
    }

    private async open_record(id: string, join: boolean): Promise<void> {
        const record = await answer(api.GET('/api/v1/records/{id}', { params: { path: { id } } }));
        this.kind = await kind_called(record.kind);
        const form = from_record(record, this.kind);
        if (form.base) form.base.join = join;
        if (is_wide(form.reach)) form.network = record.network[0] ?? '';
        this.form = form;
        this.start_reach = form.reach;
        this.start_links = form.links ?? [];
    }

    private async point_to(id: string, start: Start, links: Link[]): Promise<void> {
        const relation = start.relation ?? '';
        const to = await answer(api.GET('/api/v1/records/{id}', { params: { path: { id } } }));
        const network = to.from_network?.trail[0]?.name ?? '';
        this.form.about = [
            { id: to.revision, relation, title: to.title, school: to.school_name, network },
        ];
        this.form.network = is_wide(to.reach as Form['reach']) ? (to.network[0] ?? '') : '';
        if (this.form.network) {
            this.form.reach = 'network';
            if (!this.kind?.is_note) this.form.licence = 'CC-BY-4.0';
        }
        // The answer to another network's record goes back to it by the agreement that brought it.
        const back = links.find((link) => link.id === to.from_network?.link);
        if (this.form.network && back && !why_not(back, this.form.kind)) {
            this.form.reach = 'linked';
            this.form.links = [back.id];
        }
        for (const name of ['focus', 'phases']) {
            const words = to.fields?.[name];
            if (words) this.form.values[name] = words.split(';').map((each) => each.trim());
        }
        if (relation === 'tried-in')
            this.form.title = t('title.tried', { title: to.title }).slice(0, 200);
        if (relation === 'reviews') {
            this.form.title = t('title.review', { title: to.title }).slice(0, 200);
            if (to.school === start.own_school) this.form.values['in-house'] = ['yes'];
        }
    }

    private note_saved(): void {
        if (this.autosave) this.saved = { state: this.autosave.state, ms: this.autosave.saved_ms };
    }

    /** Called with every change of the form. */
    changed(): void {
        const text = JSON.stringify(this.form);
        if (this.autosave && text !== this.original) {
            this.original = '';
            this.autosave.save(text);
        }
    }

    take_over(): void {
        this.autosave?.take_over(JSON.stringify(this.form));
    }

    async throw_away(): Promise<void> {
        await this.autosave?.drop();
    }

    /** A tip needs no title of its own: its first words are one. */
    titled(): Form {
        if (this.form.title.trim() || this.form.kind !== 'practice-write-up') return this.form;
        return { ...this.form, title: suggested_title(this.form) };
    }

    add_file(file: FormFile): void {
        this.form.files = [...this.form.files.filter((each) => each.name !== file.name), file];
    }

    describe(name: string, description: string): void {
        const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
        const image = new RegExp(`!\\[[^\\]]*\\]\\(${escaped}\\)`, 'g');
        const written = `![${description.replace(/[[\]]/g, '')}](${name})`;
        const again = (text: string) => text.replace(image, () => written);
        this.form.text = again(this.form.text);
        for (const [field, texts] of Object.entries(this.form.values))
            this.form.values[field] = texts.map(again);
        for (const file of this.form.files) if (file.name === name) file.description = description;
    }

    remove_file(name: string): void {
        this.form.files = this.form.files.filter((file) => file.name !== name);
    }

    /** The id of what was published; nothing where something stands in the way. */
    async publish(beside = false): Promise<string | undefined> {
        this.has_tried = true;
        this.problem = undefined;
        if (this.missing.length > 0 || !this.kind) return undefined;
        this.is_busy = true;
        try {
            if (!(await this.may_go_out(this.kind))) return undefined;
            // What is refused would be kept as a draft of the school; the form keeps it already.
            const checked = await this.send(this.kind, true, beside);
            this.notes = checked.notes;
            const done = await this.send(this.kind, false, beside);
            await this.autosave?.drop();
            return done.id;
        } catch (problem) {
            this.problem = as_problem(problem);
            this.lines = this.problem.body?.pupil_details ?? this.lines;
            return undefined;
        } finally {
            this.is_busy = false;
        }
    }

    /** Lines that may tell who a pupil is are read again before other schools can read them. Of a
        newer text the node asks about what is new in it alone, and says so itself. */
    private async may_go_out(kind: Kind): Promise<boolean> {
        if (!is_wide(this.form.reach) || this.form.base) return true;
        const body = { ...to_request(this.titled(), kind, true), ...this.confirmation() };
        this.lines = (await answer(api.POST('/api/v1/check', { body }))).lines;
        const is_confirmed = this.why_pupils.trim() !== '';
        return this.lines.every((each) => is_confirmed && each.place !== 'reason');
    }

    private confirmation(): { confirm_pupil_details?: string } {
        const reason = this.why_pupils.trim();
        return this.lines.length > 0 && reason ? { confirm_pupil_details: reason } : {};
    }

    private send(kind: Kind, dry_run: boolean, beside: boolean): Promise<Schemas['Published']> {
        const form = this.titled();
        const base = form.base;
        if (!base)
            return answer(
                api.POST('/api/v1/records', {
                    body: { ...to_request(form, kind, dry_run), ...this.confirmation() },
                }),
            );
        const request = { ...to_request(form, kind, dry_run), ...this.confirmation() };
        const why = this.why_changed.trim();
        const body = {
            ...request,
            heads: base.heads,
            join: base.join,
            beside,
            file: to_file(form, kind),
            ...(why ? { set: { 'why-changed': why } } : {}),
        };
        return answer(
            api.POST('/api/v1/records/{id}/revisions', {
                params: { path: { id: base.id } },
                body,
            }),
        );
    }
}
