// Says in the built extension which package installs it; `jupyter labextension list` shows that.
import { copyFileSync } from 'node:fs';

copyFileSync('install.json', '../jupyter_promote/labextension/install.json');
