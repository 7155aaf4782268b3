import { type Theme, useTheme } from './theme';

/** Light, dark, or what the system says. */
export function ThemeSwitch() {
  const [theme, setTheme] = useTheme();
  return (
    <label className="theme-switch">
      <span className="only-read-aloud">Colours</span>
      <select
        value={theme}
        onChange={(event) => setTheme(event.target.value as Theme)}
        data-testid="theme"
      >
        <option value="system">System colours</option>
        <option value="light">Light</option>
        <option value="dark">Dark</option>
      </select>
    </label>
  );
}
