// A change that is read before it is made: what it would do comes first, from a dry run; only who
// has read that is offered the change itself.
import { Load } from './load.svelte';

export class Foretold<Effect> {
    private readonly foretold = new Load<Effect | undefined>();
    private readonly doing = new Load<void>();

    constructor(
        private readonly ask: (dry_run: boolean) => Promise<Effect>,
        private readonly then: (done: Effect) => void | Promise<void>,
    ) {}

    get effect(): Effect | undefined {
        return this.foretold.data;
    }
    get problem() {
        return this.doing.problem ?? this.foretold.problem;
    }
    get is_busy(): boolean {
        return this.foretold.is_busy || this.doing.is_busy;
    }

    look(event?: SubmitEvent): void {
        event?.preventDefault();
        this.doing.problem = undefined;
        void this.foretold.run(() => this.ask(true));
    }
    go(): void {
        void this.doing.run(async () => this.then(await this.ask(false)));
    }
    back(): void {
        this.foretold.data = undefined;
        this.doing.problem = undefined;
    }
}

/** What appears in place of what had the focus takes it. */
export function take_focus(title: HTMLElement): void {
    title.focus();
}
