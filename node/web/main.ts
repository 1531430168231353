import './style/tokens.css';
import './style/base.css';
import './style/shapes.css';
import './style/print.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { start } from './app/page.svelte';

void start().then(() => mount(App, { target: document.getElementById('page')! }));
