package bare

import (
	"context"

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

// Close closes the connection.
func (a *Admin) Close() error { return a.client.Disconnect(context.Background()) }
