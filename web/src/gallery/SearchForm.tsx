import Button from '@cloudscape-design/components/button';
import { useRef, useState } from 'react';
import { LISTED_STATES, shownStatus } from '../common/status';
import {
  FIRST_DAY,
  isDay,
  isEmptySearch,
  LAST_DAY,
  MAX_LABEL,
  MAX_TEXT,
  NO_SEARCH,
  type Search,
} from './search';

interface Props {
  search: Search;
  onSearch: (search: Search) => void;
}

/** Label and text are searched for when typing is done, the rest when it is chosen. */
export function SearchForm({ search, onSearch }: Props) {
  const [draft, setDraft] = useState(search);
  // Another address: by the browser's back button, say.
  const [shown, setShown] = useState(search);
  if (shown !== search) {
    setShown(search);
    setDraft(search);
  }
  const change = (part: Partial<Search>) => setDraft({ ...draft, ...part });
  const choose = (part: Partial<Search>) => onSearch({ ...draft, ...part });
  return (
    <search>
      <form
        className="search"
        data-testid="search"
        onSubmit={(event) => {
          event.preventDefault();
          onSearch(draft);
        }}
      >
        <label className="field">
          <span>Text on the image</span>
          <input
            type="search"
            value={draft.text}
            maxLength={MAX_TEXT}
            placeholder="Words of a sign, say"
            onChange={(event) => change({ text: event.target.value })}
          />
        </label>
        <label className="field">
          <span>Label</span>
          <input
            type="search"
            value={draft.label}
            maxLength={MAX_LABEL}
            placeholder="Car, Person, …"
            onChange={(event) => change({ label: event.target.value })}
          />
        </label>
        <label className="field">
          <span>Status</span>
          <select value={draft.status} onChange={(event) => choose({ status: event.target.value })}>
            <option value="">Any</option>
            {LISTED_STATES.map((status) => (
              <option key={status} value={status}>
                {shownStatus(status).label}
              </option>
            ))}
          </select>
        </label>
        <DayField
          label="From"
          value={draft.since}
          chosen={search.since}
          max={draft.until}
          onDraft={(since) => change({ since })}
          onChoose={(since) => choose({ since })}
        />
        <DayField
          label="To"
          value={draft.until}
          chosen={search.until}
          min={draft.since}
          onDraft={(until) => change({ until })}
          onChoose={(until) => choose({ until })}
        />
        <div className="search-buttons">
          <Button formAction="submit" variant="primary" iconName="search">
            Search
          </Button>
          {!isEmptySearch(search) && (
            <Button formAction="none" onClick={() => onSearch(NO_SEARCH)}>
              Clear
            </Button>
          )}
        </div>
      </form>
    </search>
  );
}

interface DayProps {
  label: string;
  value: string;
  /** What is searched for now. */
  chosen: string;
  min?: string;
  max?: string;
  onDraft: (day: string) => void;
  onChoose: (day: string) => void;
}

/** A day: one of the calendar is searched for at once, a typed one when the field is left. */
function DayField({ label, value, chosen, min, max, onDraft, onChoose }: DayProps) {
  const typing = useRef(false);
  return (
    <label className="field">
      <span>{label}</span>
      <input
        type="date"
        value={value}
        min={min || FIRST_DAY}
        max={max || LAST_DAY}
        onKeyDown={() => {
          typing.current = true;
        }}
        onChange={({ target }) => {
          // While it is typed, each digit of the year is another one: 0002, 0020, 0202, 2026.
          if (typing.current) onDraft(target.value);
          else onChoose(target.value);
        }}
        onBlur={({ target }) => {
          const isWhole = target.value === '' || isDay(target.value);
          if (typing.current && isWhole && target.value !== chosen) onChoose(target.value);
          typing.current = false;
        }}
      />
    </label>
  );
}
