import badges from './plugins/badges';
import commands from './plugins/commands';
import copies from './plugins/copies';
import flags from './plugins/flags';
import panel from './plugins/panel';
import preview from './plugins/preview';
import progress from './plugins/progress';
import promotions from './plugins/promotions';
import runs from './plugins/runs';
import tagging from './plugins/tagging';

export * from './tokens';

export default [
  promotions,
  flags,
  runs,
  panel,
  copies,
  commands,
  tagging,
  preview,
  progress,
  badges
];
