package mongodb

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
)

// actions are what the user must be allowed to do with the collections of the database. The role readWrite has them.
var actions = []string{"createIndex", "find", "insert", "listIndexes", "remove", "update"}

// privilege is something that the user may do.
type privilege struct {
	Resource struct {
		Database   *string `bson:"db"`
		Collection *string `bson:"collection"`
		Any        bool    `bson:"anyResource"`
	} `bson:"resource"`
	Actions []string `bson:"actions"`
}

// on says whether the privilege is about every ordinary collection of the database.
func (p privilege) on(database string) bool {
	r := p.Resource
	if r.Database == nil || r.Collection == nil {
		return r.Any
	}
	return (*r.Database == "" || *r.Database == database) && *r.Collection == ""
}

// rights checks that the user may do what is needed, before a write is the first to fail. A server without users, or one
// that does not say, is not asked further. Rights on single collections are not added up: the check is left to use then.
func rights(ctx context.Context, database *mongo.Database) error {
	var status struct {
		Info struct {
			Users      []bson.Raw  `bson:"authenticatedUsers"`
			Privileges []privilege `bson:"authenticatedUserPrivileges"`
		} `bson:"authInfo"`
	}
	command := bson.D{{Key: "connectionStatus", Value: 1}, {Key: "showPrivileges", Value: true}}
	err := database.Client().Database("admin").RunCommand(ctx, command).Decode(&status)
	if err != nil || len(status.Info.Users) == 0 {
		return nil
	}
	missing := slices.Clone(actions)
	for _, p := range status.Info.Privileges {
		if db := p.Resource.Database; db != nil && *db == database.Name() && p.Resource.Collection != nil && *p.Resource.Collection != "" && !strings.HasPrefix(*p.Resource.Collection, "system.") {
			return nil
		}
		if p.on(database.Name()) {
			missing = slices.DeleteFunc(missing, func(a string) bool { return slices.Contains(p.Actions, a) })
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return &RefusedError{
		Why: fmt.Sprintf("the MongoDB user lacks rights on the database %q; give it the role readWrite there", database.Name()),
		Err: fmt.Errorf("it may not %s", strings.Join(missing, ", ")),
	}
}
