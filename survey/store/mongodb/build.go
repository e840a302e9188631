package mongodb

import (
	"context"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
)

// Building tells how far the building of indexes has come.
type Building struct {
	// Collection is the one whose Indexes are built.
	Collection string
	Indexes    []string
	// Done of Total documents have been read; both are 0 where the server does not say.
	Done, Total int64
	// For is how long it has taken so far.
	For time.Duration
}

const (
	// buildWithin bounds the building of a collection's indexes. It only has to end at all.
	buildWithin = 7 * 24 * time.Hour
	// lookEvery is how often is looked how far it has come.
	lookEvery = time.Second
	// patience is how long there may be no primary while indexes are built. The set goes on building under the next one.
	patience = 2 * time.Minute
)

// build builds the declared indexes that are missing, and waits for those that somebody else is building.
func (t *collection) build(ctx context.Context, tell func(Building)) error {
	for worked := time.Now(); ; {
		missing, err := t.survey(ctx)
		if err == nil && len(missing) > 0 {
			err = t.create(ctx, missing, tell)
		}
		// What there is is looked at anew in each round: another process may have built it meanwhile.
		if err == nil || ctx.Err() != nil || !passing(err) || time.Since(worked) > patience {
			return err
		}
		if _, err := t.thereIndexes(ctx); err == nil {
			worked = time.Now()
		}
		if err := rest(ctx, lookEvery); err != nil {
			return err
		}
	}
}

// create sends the command that builds indexes, which returns when they are there, and tells of its progress meanwhile.
func (t *collection) create(ctx context.Context, missing []index, tell func(Building)) error {
	ctx, cancel := context.WithTimeout(ctx, buildWithin)
	defer cancel()
	models, names := make([]mongo.IndexModel, len(missing)), make([]string, len(missing))
	for i, ix := range missing {
		models[i], names[i] = ix.model(), ix.name
	}
	built := make(chan error, 1)
	began := time.Now()
	go func() {
		_, err := t.server.Indexes().CreateMany(ctx, models)
		built <- err
	}()
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	for {
		select {
		case err := <-built:
			if err != nil {
				return fmt.Errorf("build index %q: %w", names, err)
			}
			return nil
		case <-ticker.C:
			b := Building{Collection: t.Spec.Name, Indexes: names, For: time.Since(began)}
			b.Done, b.Total = t.buildProgress(ctx)
			tell(b)
		}
	}
}

// buildProgress asks the server how far it has come. It tells only who has the right inprog.
func (t *collection) buildProgress(ctx context.Context) (done, total int64) {
	ctx, cancel := context.WithTimeout(ctx, lookEvery)
	defer cancel()
	cursor, err := t.server.Database().Client().Database("admin").Aggregate(ctx, bson.A{
		bson.D{{Key: "$currentOp", Value: bson.D{{Key: "allUsers", Value: true}}}},
		bson.D{{Key: "$match", Value: bson.D{
			{Key: "msg", Value: bson.Regex{Pattern: "^Index Build"}}, {Key: "progress.total", Value: bson.D{{Key: "$gt", Value: 0}}},
		}}},
		bson.D{{Key: "$project", Value: bson.D{{Key: "progress", Value: 1}}}},
	})
	if err != nil {
		return 0, 0
	}
	defer func() { _ = cursor.Close(ctx) }()
	for cursor.Next(ctx) {
		done, _ = cursor.Current.Lookup("progress", "done").AsInt64OK()
		total, _ = cursor.Current.Lookup("progress", "total").AsInt64OK()
	}
	return done, total
}

func rest(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
