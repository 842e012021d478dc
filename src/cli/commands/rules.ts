import { permissionsOf } from '../../model/rule/permissions.js';
import { catalogue } from '../../reports/catalogue.js';
import { rules as catalogueRules } from '../../rules/index.js';
import { paintSeverity, type Screen, table, writeJson, writeLine } from '../screen.js';

/** Shows the catalogue of rules. */
export function rules(screen: Screen, options: { json?: boolean; markdown?: boolean }): number {
  if (options.markdown) {
    screen.out.write(catalogue(catalogueRules));
    return 0;
  }
  const shown = catalogueRules.map((rule) => ({
    id: rule.id,
    title: rule.title,
    problem: rule.problem,
    severity: rule.severity,
    on: rule.on,
    codes: rule.codes,
    select: rule.select,
    permissions: permissionsOf(rule),
  }));
  if (options.json) writeJson(screen.out, shown);
  else {
    const rows = shown.map((r) => [
      r.id,
      paintSeverity(screen, r.severity),
      r.problem,
      r.codes.join(' '),
      r.permissions.join(' '),
    ]);
    writeLine(screen.out, table(screen, ['id', 'severity', 'problem', 'codes', 'permissions'], rows));
  }
  return 0;
}
