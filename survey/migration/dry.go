package migration

import "context"

// Dry does as if: it calls tell with what each step that has not been done would change, and writes nothing.
func (m *Migrator) Dry(ctx context.Context, tell func(step Pending, changed int)) error {
	plan, err := m.Plan(ctx)
	if err != nil {
		return err
	}
	for _, pending := range plan {
		page, changed := m.page(pending.Step, "", true), 0
		for done, more := 0, true; more; {
			if more, err = page.do(ctx, pending.Step); err != nil {
				return err
			}
			done, changed = done+page.looked, changed+page.changed
			m.progress(Progress{Step: pending.Name, Done: done, Changed: changed, Total: pending.Documents})
		}
		tell(pending, changed)
	}
	return nil
}
