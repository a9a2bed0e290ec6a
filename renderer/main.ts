/** @file The window's entry: connects with the host and shows the state. Runs in a page with a strict CSP. */
import './styles/tokens.css';
import './styles/base.css';
import './styles/layout.css';
import './styles/menus.css';
import { mount } from 'svelte';
import { z } from 'zod';
import { toErrorDto } from '../core/api/errors.ts';
import { connect } from './api/connect.ts';
import Failure from './components/Failure.svelte';
import Root from './components/Root.svelte';
import { copyImage } from './input/copyImage.ts';
import { saveInBrowser } from './input/choose.ts';
import { saveAllInBrowser } from './input/saveZip.ts';
import { followTheme, keptTheme } from './input/followTheme.ts';
import { App } from './state/app.svelte.ts';
import { Texts } from './state/texts.svelte.ts';
import { languageOf } from '../core/texts/languageOf.ts';

// zod would compile its checks with `new Function`, which the page's policy forbids.
z.config({ jitless: true });

const target = document.getElementById('window');
if (target === null) throw new Error('index.html has no element for the window.');
followTheme(keptTheme());

try {
  const connection = await connect();
  const app = new App(connection, {
    systemLanguages: navigator.languages,
    saveInBrowser,
    saveAllInBrowser,
    copyImage,
    memory: localStorage,
  });
  mount(Root, { target, props: { app } });
  await app.start();
} catch (error) {
  const texts = new Texts();
  texts.language = languageOf('system', navigator.languages);
  mount(Failure, { target, props: { error: toErrorDto(error), texts } });
}
