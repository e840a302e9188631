package mongodb_test

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"earshot/survey/store"
	"earshot/survey/store/mongodb"
	"earshot/survey/store/mongodb/mongotest"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// TestMeasures counts commands, of which one meets a connection that breaks and is sent again, and one is refused.
func TestMeasures(t *testing.T) {
	t.Parallel()
	set := mongotest.Single(t, "--setParameter", "enableTestCommands=1")
	s, err := mongodb.Open(t.Context(), set.Database(t), []*store.Spec{notes})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	fail := func(command string, fault bson.E) {
		t.Helper()
		err := set.Members()[0].Run(t.Context(), bson.D{
			{Key: "configureFailPoint", Value: "failCommand"}, {Key: "mode", Value: bson.D{{Key: "times", Value: 1}}},
			{Key: "data", Value: bson.D{{Key: "failCommands", Value: bson.A{command}}, fault, {Key: "appName", Value: "earshot"}}},
		}, nil)
		if err != nil {
			t.Fatal(err)
		}
	}
	c := store.NewCollection[note](s, notes)
	fail("insert", bson.E{Key: "closeConnection", Value: true})
	if err := c.Insert(t.Context(), &note{Meta: store.Meta{ID: "a"}}); err != nil {
		t.Fatal(err)
	}
	fail("find", bson.E{Key: "errorCode", Value: 2})
	for range 3 {
		_, _ = c.Get(t.Context(), "a") // the first is refused
	}
	got := measured(s)
	for name, want := range map[string]float64{
		"commands_total command insert collection notes outcome done":   1,
		"commands_total command insert collection notes outcome failed": 1,
		"command_retries_total command insert collection notes":         1,
		"commands_total command find collection notes outcome done":     2,
		"commands_total command find collection notes outcome failed":   1,
		"command_retries_total command find collection notes":           0,
		"connections_in_use":        0,
		"pool_clears_total":         1,
		"connection_refusals_total": 0,
	} {
		if value, there := got[name]; !there || value != want {
			t.Errorf("%s is %v (%v), want %v", name, value, there, want)
		}
	}
	for _, name := range []string{"command_seconds_total command find collection notes", "connections", "connection_waits_total", "connection_wait_seconds_total"} {
		if got[name] <= 0 {
			t.Errorf("%s is %v, want more than 0", name, got[name])
		}
	}
}

// measured are the figures by their names, without the prefix, and labels, without the server's.
func measured(s *mongodb.Store) map[string]float64 {
	got := map[string]float64{}
	for _, m := range s.Measures() {
		labels := m.Labels
		if labels[0] == "server" {
			labels = nil
		}
		got[strings.Join(append([]string{strings.TrimPrefix(m.Name, "mongodb_")}, labels...), " ")] = m.Value
	}
	return got
}

// TestMeasuresAreDocumented looks for each figure in the operators' manual.
func TestMeasuresAreDocumented(t *testing.T) {
	t.Parallel()
	manual, err := os.ReadFile("../../../docs/operators.md")
	if err != nil {
		t.Fatal(err)
	}
	s, err := mongodb.Open(t.Context(), mongotest.Server(t), []*store.Spec{notes})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	names := map[string]bool{}
	for _, m := range s.Measures() {
		names[m.Name] = true
	}
	if len(names) < 9 {
		t.Errorf("only these figures: %v", slices.Collect(maps.Keys(names)))
	}
	for name := range names {
		if !strings.Contains(string(manual), "`earshot_"+name+"`") {
			t.Errorf("docs/operators.md does not tell of %s", name)
		}
	}
}
