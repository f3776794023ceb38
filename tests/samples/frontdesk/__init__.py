"""A small application that answers a front desk's calls: says whom to dial, and writes down what it is told."""
