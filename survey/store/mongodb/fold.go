package mongodb

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"earshot/survey/store"
	"earshot/survey/store/internal/shape"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/x/bsonx/bsoncore"
)

// Fold implements store.Store.
func (s *Store) Fold(ctx context.Context, c *store.Spec, f store.Fold) ([]store.Group, error) {
	var groups *groups
	err := s.with(ctx, c, func(t *collection) error {
		fold, err := t.Fold(f)
		if err != nil {
			return err
		}
		groups = newGroups(fold)
		if len(fold.Branches) == 0 {
			return nil
		}
		opts := options.Aggregate().SetHint(t.hint(fold.Index)).SetAllowDiskUse(true).SetBatchSize(foldBatch)
		return t.read(ctx, t.primary, func(ctx context.Context, from *mongo.Collection) (*mongo.Cursor, error) {
			return from.Aggregate(ctx, pipeline(fold), opts)
		}, groups.add)
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
func pipeline(f *shape.Fold) bson.A {
	if f.Hops() {
		return distinct(f)
	}
	id := bson.D{}
	for i, field := range f.By {
		id = append(id, bson.E{Key: byField(i), Value: "$" + fieldName(field.Name)})
	}
	if f.At != nil {
		id = append(id, bson.E{Key: periodField, Value: period(f)})
	}
	group := bson.D{{Key: idField, Value: id}, {Key: countField, Value: bson.D{{Key: "$sum", Value: 1}}}}
	for i, field := range f.Sum {
		group = append(group, bson.E{Key: sumField(i), Value: bson.D{{Key: "$sum", Value: "$" + fieldName(field.Name)}}})
	}
	return bson.A{
		bson.D{{Key: "$match", Value: filter(f.Plan)}},
		bson.D{{Key: "$group", Value: group}},
		// One more, to know that there are too many.
		bson.D{{Key: "$limit", Value: monthsOfQuarter*store.MaxGroups + 1}},
	}
}

// distinct goes from one value to the next along the index (DISTINCT_SCAN), which a server does where the id of the group is
// a field itself.
func distinct(f *shape.Fold) bson.A {
	name := fieldName(f.By[0].Name)
	most := f.Most
	if most == store.MaxGroups {
		most++ // to know that there are too many
	}
	return bson.A{
		bson.D{{Key: "$match", Value: filter(f.Plan)}},
		bson.D{{Key: "$sort", Value: bson.D{{Key: name, Value: 1}}}},
		bson.D{{Key: "$group", Value: bson.D{{Key: idField, Value: "$" + name}}}},
		bson.D{{Key: "$limit", Value: most}},
		bson.D{{Key: "$replaceWith", Value: bson.D{{Key: idField, Value: bson.D{{Key: byField(0), Value: "$" + idField}}}}}},
	}
}

// calendar is how a period is told, in the words of $dateToString and of fmt: this is several times faster than $dateTrunc,
// which servers before 5.0 do not know, and stands in a calendar, so that it does not matter when a day begins. A quarter is
// told by its months, which groups puts together.
var calendar = map[store.Period]struct{ server, scan string }{
	store.Day:     {"%Y-%m-%d", "%d-%d-%d"},
	store.Week:    {"%G-%V", "%d-%d"},
	store.Month:   {"%Y-%m", "%d-%d"},
	store.Quarter: {"%Y-%m", "%d-%d"},
	store.Year:    {"%Y", "%d"},
}

// monthsOfQuarter is how many of the server's groups one of ours can be.
const monthsOfQuarter = 3

func period(f *shape.Fold) bson.D {
	return bson.D{{Key: "$dateToString", Value: bson.D{
		{Key: "date", Value: "$" + fieldName(f.At.Name)}, {Key: "format", Value: calendar[f.Every].server}, {Key: "timezone", Value: f.Zone.String()},
	}}}
}

// start returns when the period begins that the server tells so.
func start(f *shape.Fold, told string) (time.Time, error) {
	year, second, day := 0, 1, 1
	into := []any{&year, &second, &day}
	if _, err := fmt.Sscanf(told, calendar[f.Every].scan, into[:1+strings.Count(told, "-")]...); err != nil {
		return time.Time{}, fmt.Errorf("a period told as %q: %w", told, err)
	}
	if f.Every == store.Week {
		// The week with the 4th of January is the first.
		return f.Start(noon(year, 1, 4+7*(second-1), f.Zone)), nil
	}
	return f.Start(noon(year, second, day, f.Zone)), nil
}

// noon is within the day in every zone, however the clocks are put forward or back.
func noon(year, month, day int, zone *time.Location) time.Time {
	return time.Date(year, time.Month(month), day, 12, 0, 0, 0, zone)
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
			if !g.fold.Distinct {
				one.Count, _ = v.AsInt64OK()
			}
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
			text, _ := v.StringValueOK()
			one.Period, err = start(g.fold, text)
			return err
		}
		i, _ := strconv.Atoi(string(name[1:]))
		values[i], err = valueFrom(g.fold.By[i].Kind, v)
		return err
	})
	return values, err
}

func valueFrom(k shape.Kind, raw bsoncore.Value) (shape.Value, error) {
	var ok bool
	v := shape.Value{Kind: k}
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
