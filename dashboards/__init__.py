"""What people look at: pages over audited releases, and nothing else."""
