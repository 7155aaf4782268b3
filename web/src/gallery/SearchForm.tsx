import Button from '@cloudscape-design/components/button';
import { useState } from 'react';
import { LISTED_STATES, shownStatus } from '../common/status';
import { isEmptySearch, MAX_LABEL, MAX_TEXT, NO_SEARCH, type Search } from './search';

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
        <label className="field">
          <span>From</span>
          <input
            type="date"
            value={draft.since}
            max={draft.until || undefined}
            onChange={(event) => choose({ since: event.target.value })}
          />
        </label>
        <label className="field">
          <span>To</span>
          <input
            type="date"
            value={draft.until}
            min={draft.since || undefined}
            onChange={(event) => choose({ until: event.target.value })}
          />
        </label>
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
