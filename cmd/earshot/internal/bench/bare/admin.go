package bare

import (
	"context"
	"errors"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// Admin asks a replica set how it is.
type Admin struct{ client *mongo.Client }

// OpenAdmin connects to the replica set.
func OpenAdmin(uri string) (*Admin, error) {
	client, err := mongo.Connect(options.Client().ApplyURI(uri))
	return &Admin{client}, err
}

// counted are the commands that a client's work is made of; the members ask each other for the rest.
var counted = []string{"find", "aggregate", "insert", "update", "delete", "findAndModify", "bulkWrite", "distinct"}

// Commands is how many commands the primary has served so far. Counts and cursors are not among them: the benchmark and
// the other members ask for those.
func (a *Admin) Commands(ctx context.Context) (int64, error) {
	var status struct {
		Metrics struct {
			Commands map[string]bson.RawValue `bson:"commands"`
		} `bson:"metrics"`
	}
	if err := a.client.Database("admin").RunCommand(ctx, bson.D{{Key: "serverStatus", Value: 1}}).Decode(&status); err != nil {
		return 0, err
	}
	var total int64
	for _, name := range counted {
		var one struct {
			Total int64 `bson:"total"`
		}
		if err := status.Metrics.Commands[name].Unmarshal(&one); err == nil {
			total += one.Total
		}
	}
	return total, nil
}

// Profiled counts the commands on a database that Earshot sends while do runs.
func (a *Admin) Profiled(ctx context.Context, database string, do func() error) (int64, error) {
	db := a.client.Database(database)
	level := func(level int) error {
		filter := bson.D{{Key: "appName", Value: "earshot"}}
		return db.RunCommand(ctx, bson.D{{Key: "profile", Value: level}, {Key: "slowms", Value: 0}, {Key: "filter", Value: filter}}).Err()
	}
	if err := db.Collection(profile).Drop(ctx); err != nil {
		return 0, err
	}
	if err := level(2); err != nil {
		return 0, err
	}
	if err := errors.Join(do(), level(0)); err != nil {
		return 0, err
	}
	return db.Collection(profile).CountDocuments(ctx, bson.D{})
}

// profile is where MongoDB notes the commands of a database while it is asked to.
const profile = "system.profile"

// Close closes the connection.
func (a *Admin) Close() error { return a.client.Disconnect(context.Background()) }
