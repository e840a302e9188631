package collections_test

import (
	"os"
	"regexp"
	"slices"
	"testing"

	"earshot/cmd/earshot/internal/collections"
)

// TestOperatorsAreToldWhatToShard holds the operators' manual against the declarations.
func TestOperatorsAreToldWhatToShard(t *testing.T) {
	t.Parallel()
	manual, err := os.ReadFile("../../../../docs/operators.md")
	if err != nil {
		t.Fatal(err)
	}
	var told, declared []string
	for _, found := range regexp.MustCompile(`sh\.shardCollection\("earshot\.([a-z_]+)", \{_id: "hashed"\}\)`).FindAllSubmatch(manual, -1) {
		told = append(told, string(found[1]))
	}
	for _, spec := range collections.Specs() {
		if spec.Shard == "id" {
			declared = append(declared, spec.Name)
		}
	}
	slices.Sort(told)
	slices.Sort(declared)
	if len(declared) == 0 || !slices.Equal(told, declared) {
		t.Errorf("docs/operators.md tells to shard %v, the declarations are %v", told, declared)
	}
}
