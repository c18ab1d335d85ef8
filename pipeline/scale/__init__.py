"""A batch of any size, on as many machines as there are: input in blocks, output in shards, work by actors of Ray.

Nothing is remembered but what lies in the output folder: the manifest says what the shards answer, a shard that is there is
done, and whoever begins again goes on behind them.
"""
