/** Out of any step of the sign-in: its time may be over, or the code was for another address. */
export function BackToSignIn({ back }: { back: (notice: string | null) => void }) {
  return (
    <button type="button" className="text-button" onClick={() => back(null)}>
      Back to sign-in
    </button>
  );
}
