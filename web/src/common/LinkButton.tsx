import Button, { type ButtonProps } from '@cloudscape-design/components/button';
import { useLocation } from 'wouter';

/** A link that looks like a button and stays inside the console. */
export function LinkButton({ href, ...rest }: ButtonProps & { href: string }) {
  const [, navigate] = useLocation();
  return (
    <Button
      {...rest}
      href={href}
      onFollow={(event) => {
        event.preventDefault();
        navigate(href);
      }}
    />
  );
}
