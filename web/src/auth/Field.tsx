import FormField from '@cloudscape-design/components/form-field';
import Input, { type InputProps } from '@cloudscape-design/components/input';

interface Props {
  label: string;
  name: string;
  value: string;
  onChange: (value: string) => void;
  type?: InputProps.Type;
  autoComplete?: string;
  hint?: string;
  autoFocus?: boolean;
  problem?: string | undefined;
}

/** A labelled input of the sign-in. */
export function Field({
  label,
  name,
  value,
  onChange,
  type,
  autoComplete,
  hint,
  autoFocus,
  problem,
}: Props) {
  return (
    <FormField
      label={label}
      description={hint}
      errorText={problem}
      i18nStrings={{ errorIconAriaLabel: 'Error' }}
    >
      <Input
        name={name}
        value={value}
        type={type ?? 'text'}
        autoComplete={autoComplete ?? false}
        autoFocus={autoFocus ?? false}
        inputMode={name === 'code' ? 'numeric' : 'text'}
        ariaRequired
        spellcheck={false}
        onChange={({ detail }) => onChange(detail.value)}
      />
    </FormField>
  );
}
