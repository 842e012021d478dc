import { subjectNames } from '../../model/rule/subject-names.js';
import { severities } from '../../model/rule/violation.js';
import { capitalize } from '../../model/text/format.js';
import { safeText } from '../../model/text/safe-text.js';
import { type FindingFilter, sortColumns, statusFilters } from '../reads/finding-filter.js';
import type { RuleFacts } from '../reads/listed-finding.js';

interface FormProps {
  readonly rootPath: string;
  readonly filter: FindingFilter;
  readonly rules: readonly RuleFacts[];
  /** The people to whom findings are assigned. */
  readonly assignees: readonly string[];
}

/** The form of the filter. The less frequent fields are in a closed part. */
export function FilterForm({ rootPath, filter, rules, assignees }: FormProps) {
  const { on, code, assignee, owner, from, until, sort, descending, grouped } = filter;
  const codes = [...new Set(rules.flatMap((rule) => rule.codes))].sort((a, b) => digitsOf(a) - digitsOf(b));
  const byProblem = [...rules].sort((a, b) => (a.problem < b.problem ? -1 : 1));
  return (
    <search>
      <form class="filter" method="get" action={`${rootPath}/findings`}>
        <div class="field grow">
          <label for="q">Name or ID</label>
          <input
            id="q"
            name="q"
            type="search"
            value={safeText(filter.text)}
            autocomplete="off"
            spellcheck={false}
            maxlength={200}
          />
        </div>
        <SelectField name="show" label="State" selected={filter.status} options={Object.entries(statusFilters)} />
        <SelectField
          name="severity"
          label="Severity"
          selected={filter.severity ?? ''}
          options={any([...severities].reverse().map((one) => [one, capitalize(one)]))}
        />
        <SelectField
          name="rule"
          label="Problem"
          selected={filter.rule ?? ''}
          options={any(byProblem.map(({ id, problem }) => [id, problem]))}
        />
        <button type="submit">Apply</button>
        <details class="more" open={Boolean(on || code || assignee || owner || from || until)}>
          <summary>More filters</summary>
          <div class="fields">
            <SelectField
              name="on"
              label="Object type"
              selected={on ?? ''}
              options={any(Object.entries(subjectNames).map(([subject, name]) => [subject, capitalize(name)]))}
            />
            <SelectField
              name="code"
              label="Error code"
              selected={code ?? ''}
              options={any(codes.map((one) => [one, one]))}
            />
            <SelectField
              name="assignee"
              label="Assigned to"
              selected={assignee ?? ''}
              options={any(assignees.map((one) => [one, safeText(one)]))}
            />
            <div class="field">
              <label for="owner">Owner (object ID)</label>
              <input id="owner" name="owner" value={safeText(owner ?? '')} maxlength={36} autocomplete="off" />
            </div>
            <DateField name="from" label="First seen from" value={from} />
            <DateField name="until" label="First seen until" value={until} />
          </div>
        </details>
        {sort !== 'severity' && <input type="hidden" name="sort" value={sort} />}
        {descending !== sortColumns[sort] && <input type="hidden" name="dir" value={descending ? 'desc' : 'asc'} />}
        {grouped && <input type="hidden" name="group" value="problem" />}
      </form>
    </search>
  );
}

function digitsOf(code: string): number {
  return Number(code.replace(/\D/g, ''));
}

type Options = readonly (readonly [string, string])[];

function any(options: Options): Options {
  return [['', 'Any'], ...options];
}

interface SelectFieldProps {
  readonly name: string;
  readonly label: string;
  readonly selected: string;
  readonly options: Options;
}

export function SelectField({ name, label, selected, options }: SelectFieldProps) {
  return (
    <div class="field">
      <label for={name}>{label}</label>
      <select id={name} name={name}>
        {options.map(([value, text]) => (
          <option value={value} selected={value === selected}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}

export function DateField({ name, label, value = '' }: { name: string; label: string; value?: string | undefined }) {
  return (
    <div class="field date">
      <label for={name}>{label}</label>
      <input id={name} name={name} type="date" value={value} />
    </div>
  );
}
