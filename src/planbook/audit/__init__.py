"""The verb `audit`: the plan's rules over a round, without a build, and what an existing document says of itself."""
