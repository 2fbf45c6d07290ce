// What is shown where the mouse rests on a flag: the finding, why it matters, and what can be done.
import { IFlag, copiesOf, explained } from './flags';
import { IFlagActions, isComparable } from './views/flags';
import { placeName, sentence } from './words';

const PLACES = 4;

/** The hover of one flag, as a part of the page; whatever is done there closes it. */
export function tip(
  flag: IFlag,
  explanation: string,
  actions: IFlagActions,
  close: () => void
): HTMLElement {
  const { why, instead } = explained(explanation);
  const fix = sentence(flag.hint) || sentence(instead);
  const made = element('div', 'jp-Promote-tip', [
    element('div', 'jp-Promote-tipHead', [
      element('span', 'jp-Promote-code', [flag.code], {
        'data-severity': flag.severity
      }),
      element('strong', '', [sentence(flag.message)])
    ]),
    ...(why ? [line('Why it matters', sentence(why))] : []),
    ...(fix ? [line('Instead', fix)] : []),
    ...places(flag, actions),
    element('div', 'jp-Promote-tipActions', [
      ...(copiesOf(flag).length > 1
        ? [button('Make a function…', () => actions.unify(flag))]
        : []),
      ...(flag.id ? [button('Silence here', () => actions.silence(flag))] : [])
    ])
  ]);
  made.addEventListener('click', event => {
    if (event.target instanceof HTMLButtonElement) {
      close();
    }
  });
  return made;
}

function places(flag: IFlag, actions: IFlagActions): HTMLElement[] {
  const related = flag.related ?? [];
  const rows = related
    .slice(0, PLACES)
    .map(place =>
      element('div', 'jp-Promote-tipPlace', [
        element('span', '', [placeName(place, flag.path)]),
        button('Go to', () => actions.goTo(place)),
        ...(isComparable(flag, place)
          ? [button('Compare', () => actions.compare(flag, place))]
          : [])
      ])
    );
  const rest = related.length - rows.length;
  return rest > 0
    ? [...rows, element('div', 'jp-Promote-tipLine', [`and ${rest} more`])]
    : rows;
}

function line(title: string, text: string): HTMLElement {
  return element('div', 'jp-Promote-tipLine', [
    element('em', '', [`${title}: `]),
    text
  ]);
}

function button(label: string, act: () => void): HTMLElement {
  const made = element('button', '', [label], { type: 'button' });
  made.addEventListener('click', act);
  return made;
}

function element(
  name: string,
  className: string,
  children: readonly (Node | string)[],
  attributes: Readonly<Record<string, string>> = {}
): HTMLElement {
  const made = document.createElement(name);
  made.className = className;
  for (const [key, value] of Object.entries(attributes)) {
    made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}
