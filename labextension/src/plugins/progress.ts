import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import type { Session } from '../model';
import type { IState, Writing } from '../state';
import { IPromotions } from '../tokens';
import { compared, errorLine, headline, isWritten, sentence } from '../words';

const STAY_MS = 8000;

/** A notification that follows a promotion from its first step to its verdict. */
const plugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter_promote:progress',
  description: 'Notifications while a promotion is proved and written.',
  autoStart: true,
  requires: [IPromotions],
  activate: (_: JupyterFrontEnd, promotions: IPromotions): void => {
    promotions.opened.connect((_, session) => follow(session));
  }
};

function follow(session: Session): void {
  let id = '';
  let last: Writing = session.state.writing;
  session.changed.connect((_: Session, state: IState) => {
    const writing = state.writing;
    if (writing === last) {
      return;
    }
    last = writing;
    if (writing.at === 'running' && !id) {
      id = Notification.emit(`Promoting ${state.name}`, 'in-progress', {
        autoClose: false
      });
    } else if (id) {
      const told = tell(writing, state.name);
      Notification.update({ id, ...told });
      id = writing.at === 'running' ? id : '';
    }
  });
}

type Told = Pick<Notification.IUpdate<null>, 'message' | 'type' | 'autoClose'>;

function tell(writing: Writing, name: string): Told {
  switch (writing.at) {
    case 'running':
      return {
        message: `Promoting ${name}: ${writing.step || 'starting'}`,
        type: 'in-progress',
        autoClose: false
      };
    case 'done': {
      const { report } = writing;
      const proved =
        isWritten(report) && report.verdict.status === 'equivalent';
      const detail = proved ? `: ${compared(report.verdict)}` : '';
      const type = isWritten(report) ? 'success' : 'warning';
      const message = `${name}: ${sentence(headline(report) + detail)}`;
      return { message, type, autoClose: STAY_MS };
    }
    case 'failed':
      return {
        message: `${name}: ${errorLine(writing.error)}`,
        type: 'error',
        autoClose: false
      };
    default:
      return {
        message: `${name}: cancelled`,
        type: 'info',
        autoClose: STAY_MS
      };
  }
}

export default plugin;
