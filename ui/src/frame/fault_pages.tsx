import { Link } from "@tanstack/react-router";

export function NotFound() {
  return (
    <section className="section">
      <h1 className="text-xl font-semibold">There is no such page</h1>
      <p className="text-muted">The address may have been cut when it was copied.</p>
      <Link to="/" className="link">
        Go to Now
      </Link>
    </section>
  );
}

// A fault of ours in drawing a page: the frame and the other pages go on working.
export function PageFault({ error }: { error: unknown }) {
  return (
    <section className="section" role="alert">
      <h1 className="text-xl font-semibold">This page failed to draw</h1>
      <p className="break-words text-muted">
        {error instanceof Error ? error.message : String(error)}
      </p>
      <button type="button" className="button" onClick={() => location.reload()}>
        Load it again
      </button>
    </section>
  );
}
