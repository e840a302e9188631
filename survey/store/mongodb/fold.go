package mongodb

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"earshot/survey/store"
	"earshot/survey/store/internal/shape"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/x/bsonx/bsoncore"
)

// Fold implements store.Store.
func (s *Store) Fold(ctx context.Context, c *store.Spec, f store.Fold) ([]store.Group, error) {
	var groups *groups
	err := s.with(ctx, c, func(t *collection) error {
		fold, err := t.Shape.Fold(f)
		if err != nil {
			return err
		}
		groups = newGroups(fold)
		if len(fold.Branches) == 0 {
			return nil
		}
		opts := options.Aggregate().SetHint(mongoName(fold.Index)).SetAllowDiskUse(true).SetBatchSize(foldBatch)
		cursor, err := t.server.Aggregate(ctx, pipeline(fold, s.truncates), opts)
		if err != nil {
			return err
		}
		return errors.Join(all(ctx, cursor, groups.add), cursor.Close(ctx))
	})
	if err != nil {
		return nil, err
	}
	return groups.list, nil
}

// foldBatch is how many groups one reply holds.
const foldBatch = 20_000

// The names in the groups that the server returns.
const (
	periodField = "p"
	countField  = "n"
)

func byField(i int) string  { return "b" + strconv.Itoa(i) }
func sumField(i int) string { return "s" + strconv.Itoa(i) }

// pipeline counts on the server. Where the index holds all fields, the documents are not even read.
func pipeline(f *shape.Fold, truncates bool) bson.A {
	id := bson.D{}
	for i, field := range f.By {
		id = append(id, bson.E{Key: byField(i), Value: "$" + fieldName(field.Name)})
	}
	if f.At != nil {
		id = append(id, bson.E{Key: periodField, Value: period(f, truncates)})
	}
	group := bson.D{{Key: idField, Value: id}, {Key: countField, Value: bson.D{{Key: "$sum", Value: 1}}}}
	for i, field := range f.Sum {
		group = append(group, bson.E{Key: sumField(i), Value: bson.D{{Key: "$sum", Value: "$" + fieldName(field.Name)}}})
	}
	return bson.A{
		bson.D{{Key: "$match", Value: filter(f.Plan)}},
		bson.D{{Key: "$group", Value: group}},
		// One more, to know that there are too many.
		bson.D{{Key: "$limit", Value: store.MaxGroups + 1}},
	}
}

// period tells the period of a time: by its beginning or, from a server before 5.0, which knows no $dateTrunc, by the day,
// of which groups puts those of one period together.
func period(f *shape.Fold, truncates bool) bson.D {
	at, zone := "$"+fieldName(f.At.Name), f.Zone.String()
	if !truncates {
		return bson.D{{Key: "$dateToString", Value: bson.D{
			{Key: "date", Value: at}, {Key: "format", Value: "%Y-%m-%d"}, {Key: "timezone", Value: zone},
		}}}
	}
	return bson.D{{Key: "$dateTrunc", Value: bson.D{
		{Key: "date", Value: at}, {Key: "unit", Value: string(f.Every)}, {Key: "timezone", Value: zone}, {Key: "startOfWeek", Value: "monday"},
	}}}
}

// groups gathers what the server returns.
type groups struct {
	fold *shape.Fold
	list []store.Group
	// at is the place of each group in list, by its values: several of the server's groups can be one of ours.
	at map[string]int
}

func newGroups(f *shape.Fold) *groups { return &groups{fold: f, at: map[string]int{}} }

func (g *groups) add(raw bson.Raw) error {
	one := store.Group{}
	if n := len(g.fold.Sum); n > 0 {
		one.Sums = make([]float64, n)
	}
	var values []shape.Value
	err := elements(raw, func(name []byte, v bsoncore.Value) (err error) {
		switch {
		case string(name) == idField:
			values, err = g.values(v, &one)
		case string(name) == countField:
			one.Count, _ = v.AsInt64OK()
		default:
			i, _ := strconv.Atoi(string(name[1:]))
			one.Sums[i], _ = number(v)
		}
		return err
	})
	if err != nil {
		return err
	}
	key := fmt.Sprint(values, one.Period.UnixMilli())
	if i, ok := g.at[key]; ok {
		g.list[i].Count += one.Count
		for n, sum := range one.Sums {
			g.list[i].Sums[n] += sum
		}
		return nil
	}
	for _, v := range values {
		one.By = append(one.By, v.Go())
	}
	if g.at[key] = len(g.list); len(g.list) == store.MaxGroups {
		return fmt.Errorf("%w: there are more than %d groups", store.ErrQuery, store.MaxGroups)
	}
	g.list = append(g.list, one)
	return nil
}

// values reads what the documents of a group have in common, of which what is missing is zero.
func (g *groups) values(id bsoncore.Value, one *store.Group) ([]shape.Value, error) {
	values := make([]shape.Value, len(g.fold.By))
	for i, f := range g.fold.By {
		values[i] = shape.Value{Kind: f.Kind, Null: f.Kind == shape.Time}
	}
	err := elements(id.Data, func(name []byte, v bsoncore.Value) (err error) {
		if v.Type == bsoncore.TypeNull {
			return nil
		}
		if string(name) == periodField {
			one.Period, err = g.start(v)
			return err
		}
		i, _ := strconv.Atoi(string(name[1:]))
		values[i], err = valueFrom(g.fold.By[i].Kind, v)
		return err
	})
	return values, err
}

// noon is added to a day, or to the beginning of a period, before asking for the beginning of its period: clocks that are
// put forward or back at midnight do not carry it into another day.
const noon = 12 * time.Hour

func (g *groups) start(v bsoncore.Value) (time.Time, error) {
	if ms, ok := v.DateTimeOK(); ok {
		return g.fold.Start(time.UnixMilli(ms).Add(noon)), nil
	}
	text, _ := v.StringValueOK()
	day, err := time.ParseInLocation(time.DateOnly, text, g.fold.Zone)
	if err != nil {
		return day, err
	}
	return g.fold.Start(day.Add(noon)), nil
}

func valueFrom(k shape.Kind, raw bsoncore.Value) (shape.Value, error) {
	v, ok := shape.Value{Kind: k}, false
	switch k {
	case shape.Text:
		v.S, ok = raw.StringValueOK()
	case shape.Float:
		v.F, ok = number(raw)
	case shape.Bool:
		var b bool
		if b, ok = raw.BooleanOK(); b {
			v.I = 1
		}
	case shape.Time:
		v.I, ok = raw.DateTimeOK()
	default:
		v.I, ok = integer(raw)
	}
	if !ok {
		return v, fmt.Errorf("a group by a %v instead of kind %d", bson.Type(raw.Type), k)
	}
	return v, nil
}
