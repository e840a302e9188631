package migration

import (
	"context"
	"errors"
	"time"

	"earshot/survey/store"
)

const (
	// lease is for how long a process that upgrades is left alone after each sign of life: a page takes less.
	lease = time.Minute
	// signEvery is how often it gives one, and tells its progress.
	signEvery = time.Second
	// lookEvery is how often others look whether it is done.
	lookEvery = 500 * time.Millisecond
	// patience is how long the store may be away: longer than an election, or the restart of a server, takes.
	patience = 2 * time.Minute
)

// Run does all steps that have not been done, or waits for another process that does them. Where the store is not
// available it goes on trying for patience.
func (m *Migrator) Run(ctx context.Context) error {
	for worked := m.clock(); ; {
		finished, err := m.once(ctx)
		switch {
		case finished && err == nil:
			return nil
		case err == nil:
			worked = m.clock()
		case errors.Is(err, store.ErrUnavailable) && m.clock().Sub(worked) < patience:
			m.progress(Progress{Trouble: err})
			if err := pause(ctx, signEvery); err != nil {
				return err
			}
		case !errors.Is(err, errLost):
			return err
		}
	}
}

// once does the steps of one version, or waits a moment for who does.
func (m *Migrator) once(ctx context.Context) (finished bool, err error) {
	schema, err := m.noted(ctx)
	if err != nil || schema.Schema >= m.known() {
		return true, err
	}
	mine, err := m.take(ctx)
	switch {
	case err != nil:
		return false, err
	case mine != nil:
		return false, m.version(ctx, mine)
	}
	m.tell(schema, true)
	return false, pause(ctx, lookEvery)
}

// errLost says that another process took over, for this one gave no sign of life.
var errLost = errors.New("migration: another process has taken over the upgrade")

// take makes this process the one that upgrades. It returns nil if another one is.
func (m *Migrator) take(ctx context.Context) (*Schema, error) {
	errBusy := errors.New("busy")
	schema, err := m.docs.Update(ctx, schemaID, func(x *Schema) error {
		if now := m.clock(); x.By != m.by && now.Before(x.Until) {
			return errBusy
		}
		m.sign(x)
		return nil
	})
	if errors.Is(err, errBusy) {
		return nil, nil
	}
	return schema, err
}

func (m *Migrator) sign(x *Schema) {
	now := m.clock()
	x.By, x.Until, x.UpdatedAt = m.by, now.Add(lease), now
}

// version does the rest of the steps of the next version. The table's order is that of versions.
func (m *Migrator) version(ctx context.Context, x *Schema) error {
	next := m.next(x.Schema)
	for i, step := range m.steps {
		if step.Version != next || i < x.Step {
			continue
		}
		if i > x.Step {
			x.Step, x.After, x.Done, x.Changed = i, "", 0, 0
		}
		if err := m.step(ctx, x, step); err != nil {
			return err
		}
	}
	x.Schema, x.Minimum = next, max(x.Minimum, m.minimum(next))
	x.Step, x.After, x.By, x.Until, x.Done, x.Changed, x.Total = len(m.steps), "", "", time.Time{}, 0, 0, 0
	for i := range m.steps {
		if m.steps[i].Version > next {
			x.Step = i
			break
		}
	}
	x.UpdatedAt = m.clock()
	return m.write(ctx, x)
}

// next is the version behind v.
func (m *Migrator) next(v int) int {
	next := m.known()
	for _, s := range m.steps {
		if s.Version > v {
			next = min(next, s.Version)
		}
	}
	return next
}

// step does the rest of one step, page by page.
func (m *Migrator) step(ctx context.Context, x *Schema, step Step) error {
	var err error
	if x.Total, err = m.count(ctx, step.Collection); err != nil {
		return err
	}
	if step.Alone && x.Minimum < step.Version {
		// From now on older programs refuse the store.
		x.Minimum = step.Version
	}
	if err := m.write(ctx, x); err != nil {
		return err
	}
	page := m.page(step, x.After, false)
	for told := m.clock(); ; {
		more, err := page.do(ctx, step)
		if err != nil {
			return err
		}
		x.After, x.Done, x.Changed = page.after, x.Done+page.looked, x.Changed+page.changed
		if now := m.clock(); now.Sub(told) >= signEvery || !more {
			m.sign(x)
			if err := m.write(ctx, x); err != nil {
				return err
			}
			m.tell(x, false)
			told = now
		}
		if !more {
			return nil
		}
	}
}

// write stores how far this process has come.
func (m *Migrator) write(ctx context.Context, x *Schema) error {
	err := m.docs.Replace(ctx, x)
	if errors.Is(err, store.ErrConflict) {
		return errLost
	}
	return err
}

func (m *Migrator) tell(x *Schema, elsewhere bool) {
	p := Progress{Done: x.Done, Changed: x.Changed, Total: x.Total, Elsewhere: elsewhere}
	if x.Step < len(m.steps) {
		p.Step = m.steps[x.Step].Name
	}
	m.progress(p)
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
