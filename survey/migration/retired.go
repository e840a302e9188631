package migration

import (
	"context"
	"fmt"
	"slices"

	"earshot/survey/store"
)

// Retired is an index that was declared once.
type Retired struct {
	// Version is the first version of the schema whose programs do not need it.
	Version int
	// Collection and Index are the names under which it is stored.
	Collection, Index string
}

// retired lists the indexes of earlier versions. An engine builds and never drops: older programs may still run.
func retired() []Retired {
	return []Retired{
		{Version: 4, Collection: "invitations", Index: "by_mail_state"}, // what it found is found by_standing
	}
}

// dropper is an engine that keeps indexes which are not declared.
type dropper interface {
	// DropIndexes removes indexes that are not declared, and returns the names of those that were there.
	DropIndexes(ctx context.Context, c *store.Spec, names ...string) ([]string, error)
}

// Retire drops the indexes that no program which may still use the store needs, and returns them. Engines that keep only
// what is declared have none.
func (m *Migrator) Retire(ctx context.Context) ([]Retired, error) {
	engine, ok := m.store.(dropper)
	if !ok {
		return nil, nil
	}
	schema, err := m.schema(ctx)
	if err != nil {
		return nil, err
	}
	var gone []Retired
	for _, old := range m.retired {
		if old.Version > schema.Minimum {
			continue
		}
		names, err := engine.DropIndexes(ctx, m.specs[old.Collection], old.Index)
		if err != nil {
			return gone, fmt.Errorf("drop index %q of %q: %w", old.Index, old.Collection, err)
		}
		if slices.Contains(names, old.Index) {
			gone = append(gone, old)
		}
	}
	return gone, nil
}
